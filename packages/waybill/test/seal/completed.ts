/**
 * A completed upload and its receipt, over a real S3 with versioning.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { askStorage, signerOf, startStorage } from '@waybill/test-support/signer-storage'
import { createOne, post } from '@waybill/test-support/signing'
import { expect } from 'vitest'
import type { PresignedPostMessage, UploadErrorCode } from 'waybill'
import type { Signer, SignerOptions } from 'waybill/signer'

const VERSIONING =
  '<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></VersioningConfiguration>'
export const TEXT = 'the lease of a flat, signed'
export const SHA256 = createHash('sha256').update(TEXT).digest('base64')
export const FILE = { name: 'lease ü.txt', size: TEXT.length, type: 'text/plain', sha256: SHA256 }
export const ADA = { 'x-user': 'ada' }

export const RULES = {
  document: {
    types: ['text/plain'],
    maxSize: '1 MiB',
    authorize: ({ headers }: { headers: Readonly<Record<string, string>> }) =>
      headers['x-user'] ? { owner: headers['x-user'] } : false,
  },
  guest: { types: ['text/plain'], maxSize: '1 MiB', public: true },
} as const

/** @param options - `versions: false` for a bucket without versions. */
export async function setUp(
  options: Partial<SignerOptions<typeof RULES>> & { readonly versions?: boolean } = {},
) {
  const { versions = true, ...signerOptions } = options
  // S3 writes whole seconds.
  const clock = { now: new Date(Math.floor(Date.now() / 1000) * 1000) }
  const now = () => clock.now
  const s3 = await startStorage(now)
  if (versions) await askStorage(s3, 'PUT', undefined, { versioning: '' }, VERSIONING)
  /** A further instance of the signer. */
  const instance = () => signerOf(s3, RULES, { effects: { now }, ...signerOptions })
  return { s3, signer: instance(), instance, clock, now }
}

/** Uploads the file, completes it, and returns the answer. */
export async function upload(
  signer: Pick<Signer, 'handle'>,
  rule: 'document' | 'guest' = 'document',
  headers: Readonly<Record<string, string>> = ADA,
) {
  const file = { ...FILE, path: `leases/${FILE.name}`, metadata: { flat: '7' } }
  const grant = await createOne(signer, file, headers, rule)
  if ('error' in grant || grant.strategy !== 'post') throw new Error(JSON.stringify(grant))
  await send(grant.presignedPost)
  const complete = async () => {
    const { body } = await post(signer, '/complete', { waybill: grant.waybill }, headers)
    return JSON.parse(body)
  }
  return { grant, complete, answer: await complete() }
}

/** Sends the form with the file. */
export async function send({ url, fields }: PresignedPostMessage): Promise<void> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('file', new Blob([TEXT]))
  expect((await fetch(url, { method: 'POST', body: form })).status).toBe(204)
}

export function code(code: UploadErrorCode) {
  return expect.objectContaining({ name: 'UploadError', code })
}
