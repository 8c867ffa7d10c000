/**
 * Makes version ids and upload ids.
 *
 * @module
 */

import { createHash, randomBytes } from 'node:crypto'

const ID_BYTES = 24

/**
 * Encodes an id as base64url that begins with a letter, because command lines read a leading `-` as
 * an option.
 *
 * @param bytes - A multiple of three bytes, because there is no padding.
 */
function opaqueId(bytes: Uint8Array): string {
  const id = Buffer.from(bytes)
  // The first 32 of the 64 characters include no digit and no `-`.
  id[0] = (id[0] ?? 0) & 0x7f
  return id.toString('base64url')
}

export function randomVersionId(): string {
  return opaqueId(randomBytes(ID_BYTES))
}

/** What an upload id is for. The date distinguishes a bucket from a later one of the same name. */
export interface UploadScope {
  readonly bucket: string
  readonly createdMs: number
  readonly key: string
}

/** Makes an upload id that verifies itself: it contains a hash of bucket, creation date and key. */
export function newUploadId(scope: UploadScope): string {
  const nonce = opaqueId(randomBytes(ID_BYTES))
  return nonce + mark(nonce, scope)
}

/** Checks whether `uploadId` was made for this scope, even if the upload has ended. */
export function isUploadIdOf(uploadId: string, scope: UploadScope): boolean {
  const nonce = uploadId.slice(0, (ID_BYTES * 4) / 3)
  return uploadId === nonce + mark(nonce, scope)
}

function mark(nonce: string, { bucket, createdMs, key }: UploadScope): string {
  const digest = createHash('sha256').update(JSON.stringify([nonce, bucket, createdMs, key]))
  return digest.digest().subarray(0, ID_BYTES).toString('base64url')
}
