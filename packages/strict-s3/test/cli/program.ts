/**
 * `strict-s3` as a program of its own, in an empty directory.
 *
 * @module
 */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startProgram, temporaryDirectory } from '@waybill/test-support/waybill-process'
import { expect } from 'vitest'
import { clientOf } from '../start.ts'

type Variables = Readonly<Record<string, string>>

export async function startS3(args: readonly string[], env: Variables = {}) {
  const cwd = await temporaryDirectory()
  const s3 = startProgram('strict-s3', args, { cwd, env: { PORT: '0', ...env } })
  const [, endpoint = ''] = await s3.said(/S3 +(https?:\/\/\S+)[\s\S]*Ready/)
  return { ...s3, cwd, endpoint }
}

/** @returns What it complains of, once it has ended with `code`. */
export async function refusal(
  code: number,
  args: readonly string[],
  env: Variables = {},
): Promise<string> {
  const s3 = startProgram('strict-s3', args, {
    cwd: await temporaryDirectory(),
    env: { PORT: '0', ...env },
  })
  expect(await s3.exit).toBe(code)
  expect(s3.stdout()).toBe('')
  expect(s3.stderr()).not.toContain('    at ')
  return s3.stderr()
}

/** @returns The path of a new file with a text, or with a value as JSON. */
export async function fileWith(content: unknown): Promise<string> {
  const file = join(await temporaryDirectory(), 'file')
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

export const LOCAL = { accessKeyId: 'waybill-local', secretAccessKey: 'waybill-local-secret' }

export function clientAt(endpoint: string, credentials = LOCAL, region = 'us-east-1') {
  // The SDK writes to them.
  return clientOf({ endpoint, region, credentials: { ...credentials } })
}
