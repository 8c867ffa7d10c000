/**
 * A signer over a real S3 that tells of its events, and uploads whose events it tells.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { signerOf, startStorage } from '@waybill/test-support/signer-storage'
import { createOne } from '@waybill/test-support/signing'
import { postForm } from '@waybill/test-support/upload-form'
import type { PostGrant, SignerEvent, UploadRules } from 'waybill'
import type { SignerOptions } from 'waybill/signer'

export const TEXT = 'not really a picture'
export const FILE = {
  name: 'private name.png',
  size: TEXT.length,
  type: 'image/png',
  sha256: createHash('sha256').update(TEXT).digest('base64'),
}
export const RULES = {
  image: {
    types: ['image/png'],
    maxSize: '100 MiB',
    form: '1 MiB',
    authorize: ({ headers }: { headers: Readonly<Record<string, string>> }) => {
      const owner = headers['x-owner']
      return owner ? { owner } : false
    },
    key: ({ id }: { id: string }) => `images/${id}`,
  },
} as const satisfies UploadRules
export const AS_ANNA = { 'x-owner': 'anna' }

export async function setUp(options: Partial<SignerOptions> = {}) {
  const events: SignerEvent[] = []
  const s3 = await startStorage()
  const signer = signerOf(s3, RULES, { onEvent: (event) => events.push(event), ...options })
  return { events, s3, signer }
}

export async function sendForm(form: PostGrant['presignedPost'], content = TEXT) {
  const response = await postForm(form, content)
  if (response.status !== 204) throw new Error(await response.text())
}

export async function grantOf(signer: Parameters<typeof createOne>[0], file: object = FILE) {
  const upload = await createOne(signer, file, AS_ANNA)
  if (!('strategy' in upload)) throw new Error(JSON.stringify(upload))
  return upload
}
