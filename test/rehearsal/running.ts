/**
 * Runs a deployed function as Lambda would: its own code from where it was published, its own environment, in a process
 * of its own. Only its AWS is this machine's.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { functionUrlEvent } from '@waybill/test-support/lambda-events'
import { postForm } from '@waybill/test-support/upload-form'
import { expect } from 'vitest'
import type { Account, Deed } from './account.ts'

const execute = promisify(execFile)

/** @param event - What Lambda hands over. @returns What the handler returns. */
export async function runFunction(account: Account, deed: Deed, event: object): Promise<unknown> {
  const { Code: code, Handler: handler, Environment: environment } = deed.properties
  const folder = join(account.folder, deed.physicalId)
  await mkdir(folder, { recursive: true })
  const file = join(folder, 'code.zip')
  await writeFile(file, await account.read(code.S3Bucket, code.S3Key))
  await execute('/usr/bin/python3', ['-m', 'zipfile', '-e', file, folder])
  const [module, name] = String(handler).split('.')
  const script = `
    const { ${name}: handler } = await import(${JSON.stringify(join(folder, `${module}.mjs`))})
    process.stdout.write('\\n' + JSON.stringify(await handler(${JSON.stringify(event)})))`
  const { stdout } = await execute(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: folder,
    env: { ...environment.Variables, ...hereInsteadOfAws(account, deed) },
  })
  return JSON.parse(stdout.split('\n').at(-1) ?? '')
}

/**
 * Has the deployed signer sign a form, and sends a text by it.
 *
 * @param authorizer - The caller, as the Function URL has it from IAM.
 */
export async function storeByForm(
  account: Account,
  signer: Deed,
  text: string,
  authorizer?: object,
): Promise<{ readonly key: string; readonly size: number }> {
  const size = text.length
  const query = `name=first.txt&type=text%2Fplain&size=${size}`
  const signed = Object(await runFunction(account, signer, functionUrlEvent({ query }, authorizer)))
  expect(signed.statusCode).toBe(200)
  const form = JSON.parse(signed.body).presignedPost
  expect((await postForm(form, text)).status).toBe(204)
  return { key: form.fields.key, size }
}

/** What Lambda sets, and the addresses of this machine in place of AWS's. */
function hereInsteadOfAws({ url }: Account, { region }: Deed): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: 'rehearsal',
    AWS_SECRET_ACCESS_KEY: 'rehearsal',
    AWS_SESSION_TOKEN: 'rehearsal',
    WAYBILL_ENDPOINT: url,
    WAYBILL_ADDRESSING: 'path',
    WAYBILL_SECRETS_ENDPOINT: url,
    WAYBILL_EVENTS_ENDPOINT: url,
  }
}
