/**
 * What is deployed, run as Lambda would: the bundle alone, in a process of its own.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type AwsService, startAwsService } from '@waybill/test-support/aws-service'
import { functionUrlEvent, objectCreatedEvent } from '@waybill/test-support/lambda-events'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildLambdas } from '../../../../tools/build/lambdas.ts'
import { librariesIn, NOTICES } from '../../../../tools/build/notices.ts'

const run = promisify(execFile)

let folder: string
let service: AwsService

beforeAll(async () => {
  folder = temporaryFolder('waybill-bundle-')
  await buildLambdas(folder)
  service = await startAwsService('k', () => ({
    status: 200,
    body: { SecretString: 'a secret of more than thirty-two characters' },
  }))
})
afterAll(() => service.close())

interface Outcome {
  readonly responses: readonly { readonly statusCode: number; readonly body: string }[]
  /** Node's own modules that were loaded on the way. */
  readonly loaded: readonly string[]
}

/** Imports the bundle in a fresh process, hands it the events, and tells what Node had to load for that. */
async function invoke(
  name: string,
  events: readonly object[],
  more = '',
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const script = `
    const { handler } = await import(${JSON.stringify(join(folder, name, 'index.mjs'))})
    const responses = []
    for (const event of ${JSON.stringify(events)}) responses.push(await handler(event))
    ${more}
    console.log(JSON.stringify({ responses, loaded: process.moduleLoadList }))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: folder,
    env: {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'k',
      AWS_SESSION_TOKEN: 't'.repeat(800),
      WAYBILL_BUCKET: 'uploads',
      WAYBILL_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:seal-AbCdEf',
      WAYBILL_SECRETS_ENDPOINT: service.endpoint,
      WAYBILL_ALLOWED_ORIGINS: 'https://app.example.com',
      WAYBILL_RULES: '{"video":{"types":["video/mp4"],"maxSize":1000,"form":true,"public":true}}',
      WAYBILL_AUTH: 'none',
      ...environment,
    },
  })
  // The lines before are the function's log.
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
}

const FORM = functionUrlEvent({ query: 'name=a.mp4&type=video/mp4&size=5' })
const CREATE = functionUrlEvent({
  method: 'POST',
  headers: { 'content-type': 'application/json', origin: 'https://app.example.com' },
  body: JSON.stringify({
    files: [
      {
        name: 'a.mp4',
        type: 'video/mp4',
        size: 5,
        sha256: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
      },
    ],
  }),
  base64: true,
})
const PREFLIGHT = functionUrlEvent({
  method: 'OPTIONS',
  headers: { origin: 'https://app.example.com', 'access-control-request-method': 'POST' },
})

const isUndici = (module: string) => module.includes('undici')

describe('the signer bundle', () => {
  it('signs forms and uploads, and reads its secret, without loading undici', async () => {
    const { responses, loaded } = await invoke('signer', [FORM, CREATE, PREFLIGHT])
    expect(responses.map(({ statusCode }) => statusCode)).toEqual([200, 201, 204])
    expect(JSON.parse(responses[1]?.body ?? '').uploads[0].strategy).toBe('post')
    expect(loaded.filter(isUndici)).toEqual([])
  })

  it('fails this test if it did load undici', async () => {
    const { loaded } = await invoke('signer', [FORM], 'new Headers()')
    expect(loaded.some(isUndici)).toBe(true)
  })

  it('loads the token check only for signers that use it', async () => {
    const files = await readdir(join(folder, 'signer'))
    expect(files.some((file) => file.startsWith('issuer-token'))).toBe(true)
    const entry = await readFile(join(folder, 'signer', 'index.mjs'), 'utf8')
    expect(entry.includes('cooldownDuration')).toBe(false)
  })

  it('loads the code that completes an upload only when it is needed', async () => {
    const entry = await readFile(join(folder, 'signer', 'index.mjs'), 'utf8')
    expect(entry.includes('none was signed')).toBe(false)
    const files = await readdir(join(folder, 'signer'))
    expect(files.some((file) => file.startsWith('complete-uploads'))).toBe(true)
  })

  it('loads the quota code separately, and still without undici', async () => {
    const files = await readdir(join(folder, 'signer'))
    const counting: string[] = []
    for (const file of files) {
      // The minifier breaks long lines, also inside of strings.
      const text = (await readFile(join(folder, 'signer', file), 'utf8')).replaceAll('\\\n', '')
      if (text.includes('DynamoDB_2012') || text.includes('QUOTA_EXCEEDED"')) counting.push(file)
    }
    const entry = await readFile(join(folder, 'signer', 'index.mjs'), 'utf8')
    expect(counting.filter((file) => entry.includes(`from"./${file}"`))).toEqual([])
    expect(counting).toHaveLength(2)
    const table = await startAwsService('k', ({ target }) => ({
      status: 200,
      body: target.startsWith('DynamoDB')
        ? { Attributes: { files: { N: '1' }, size: { N: '5' } } }
        : {},
    }))
    const quota = { files: 1, every: 'day' }
    const { responses, loaded } = await invoke('signer', [FORM], '', {
      WAYBILL_RULES: JSON.stringify({
        video: { types: ['video/mp4'], maxSize: 1000, form: true, public: true, quota },
      }),
      WAYBILL_QUOTA_TABLE: 'counts',
      WAYBILL_QUOTAS_ENDPOINT: table.endpoint,
    }).finally(() => table.close())
    expect([responses[0]?.statusCode, table.calls.length]).toEqual([200, 1])
    expect(loaded.filter(isUndici)).toEqual([])
  })

  it('imports no built-in modules, because their ESM facades read every export', async () => {
    const entry = await readFile(join(folder, 'signer', 'index.mjs'), 'utf8')
    expect(/(?:from|import)\s*["']node:/.exec(entry)).toBe(null)
  })

  it('needs only its own files, including for the token check', async () => {
    const files = await readdir(join(folder, 'signer'))
    const imports = files
      .filter((file) => file.endsWith('.mjs'))
      .map((file) => `await import(${JSON.stringify(join(folder, 'signer', file))})`)
    await expect(invoke('signer', [FORM], imports.join('\n'))).resolves.toBeDefined()
  })
})

describe('the arrival bundle', () => {
  it("includes its libraries' licenses, except for development-only ones", async () => {
    const notices = await readFile(join(folder, 'arrival', NOTICES), 'utf8')
    const libraries = librariesIn(notices).map((library) => library.replace(/@[\d.]+$/, ''))
    expect(libraries).toEqual(expect.arrayContaining(['@rgrove/parse-xml', 'file-type']))
    expect(libraries).not.toContain('debug')
    expect(libraries).not.toContain('supports-color')
  })

  it('rejects events that are not about an object, so that Lambda keeps them for inspection', async () => {
    const poison = { ...objectCreatedEvent('uploads', { key: 'a' }), detail: { object: {} } }
    await expect(invoke('arrival', [poison])).rejects.toThrow(/event\.detail\.bucket is missing/)
  })
})
