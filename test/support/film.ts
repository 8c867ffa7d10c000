/**
 * A film that goes in two parts: what the tests of strategy `multipart` share.
 *
 * @module
 */

import { createCRC64 } from 'hash-wasm'
import type { StrictS3 } from 'strict-s3'
import type { MultipartGrant, UploadRules } from 'waybill'
import type { Signer, SignerOptions } from 'waybill/signer'
import { askStorage, bytesOf, sendParts, signerOf } from './signer-storage.ts'
import { createOne, post } from './signing.ts'

export const MIB = 1024 ** 2
/** Two parts, the second of them short. */
export const SIZE = 5 * MIB + 7
export const FILE = { name: 'film.mp4', size: SIZE, type: 'video/mp4' }
/** Where a film is small enough to go in one request. */
export const SHA256 = 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ='
export const BYTES = bytesOf(SIZE)
export const LONGER = bytesOf(10 * MIB + 7)
export const RULES = { video: { types: ['video/mp4'], maxSize: '50 TB', public: true } } as const
export const SMALL = { multipartThreshold: '5 MiB', partSize: '5 MiB' } as const

/** Whose parts are as small as S3 takes them. */
export function smallSignerOf<const Rules extends UploadRules>(
  s3: StrictS3,
  rules: Rules,
  options: Partial<Omit<SignerOptions<Rules>, 'rules'>> = {},
): Signer<Rules> {
  return signerOf(s3, rules, { ...SMALL, ...options })
}

export async function begin(signer: Signer, file: object = FILE): Promise<MultipartGrant> {
  const upload = await createOne(signer, file)
  if (!('strategy' in upload) || upload.strategy !== 'multipart') {
    throw new Error(`the signer answered ${JSON.stringify(upload)}`)
  }
  return upload
}

/** @returns An upload whose parts are all in place. */
export async function sent(signer: Signer): Promise<MultipartGrant> {
  const grant = await begin(signer)
  await sendParts(grant, BYTES)
  return grant
}

export async function crc64Of(bytes: Uint8Array): Promise<string> {
  const hash = await createCRC64('9a6c9329ac4bc9b5')
  return Buffer.from(hash.init().update(bytes).digest('binary')).toString('base64')
}

export function complete(signer: Signer, { waybill, uploadId }: MultipartGrant, more: object = {}) {
  return post(signer, '/complete', { waybill, uploadId, ...more })
}

export async function storedBytes(s3: StrictS3, key: string): Promise<Uint8Array> {
  return (await askStorage(s3, 'GET', key)).bytes()
}
