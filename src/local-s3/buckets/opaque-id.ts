/**
 * The ids that S3 makes up and clients hand back: of versions and of uploads.
 *
 * @module
 */

import { createHash, randomBytes } from 'node:crypto'

const ID_BYTES = 24

/**
 * @param bytes - Whole triplets, since no padding is written.
 * @returns Base64url that begins with a letter: a command line takes what begins with `-` for an option.
 */
function opaqueId(bytes: Uint8Array): string {
  const id = Buffer.from(bytes)
  // Of 64 characters the first 32 are letters.
  id[0] = (id[0] ?? 0) & 0x7f
  return id.toString('base64url')
}

export function newVersionName(): string {
  return opaqueId(randomBytes(ID_BYTES))
}

/** What an upload id belongs to; the date tells a bucket from a later one of the same name. */
export interface UploadScope {
  readonly bucket: string
  readonly createdMs: number
  readonly key: string
}

/** @returns An id that tells, for ever and without anybody's keeping it, what it was given out for. */
export function newUploadId(scope: UploadScope): string {
  const nonce = opaqueId(randomBytes(ID_BYTES))
  return nonce + mark(nonce, scope)
}

/** @returns Whether `uploadId` was given out for this, whatever has become of the upload. */
export function isUploadIdOf(uploadId: string, scope: UploadScope): boolean {
  const nonce = uploadId.slice(0, (ID_BYTES * 4) / 3)
  return uploadId === nonce + mark(nonce, scope)
}

function mark(nonce: string, { bucket, createdMs, key }: UploadScope): string {
  const digest = createHash('sha256').update(JSON.stringify([nonce, bucket, createdMs, key]))
  return digest.digest().subarray(0, ID_BYTES).toString('base64url')
}
