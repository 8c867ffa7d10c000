import { createHash, randomBytes, randomUUID } from 'node:crypto'

const ID_BYTES = 24
const VERSION_NONCE_BYTES = 18
const SEQUENCE_AT = 8

/**
 * Returns base64url that begins with a letter, because command-line tools would read a leading `-`
 * as an option.
 *
 * @param bytes - The length must be a multiple of three, because the id has no padding.
 */
function opaqueId(bytes: Uint8Array): string {
  const id = Buffer.from(bytes)
  // The first 32 characters of the base64url alphabet are letters.
  id[0] = (id[0] ?? 0) & 0x7f
  return id.toString('base64url')
}

/** Versions and uploads of a key are ordered by their `sequence`. */
function nonceWithSequence(sequence: number, bytes: number): string {
  const nonce = randomBytes(bytes)
  nonce.writeBigUInt64BE(BigInt(sequence), SEQUENCE_AT)
  return opaqueId(nonce)
}

/**
 * Returns the `sequence` that an id contains. With it, a list can continue after a version or an
 * upload that no longer exists.
 *
 * @param id - A version id other than `null`, or an upload id.
 */
export function sequenceIn(id: string): number {
  return Number(Buffer.from(id.replaceAll('.', '-'), 'base64url').readBigUInt64BE(SEQUENCE_AT))
}

/**
 * S3 rejects version ids that it has not issued, so the id ends with a hash of its beginning. Like
 * S3's, it has `.` instead of `-`.
 */
export function newVersionId(sequence: number): string {
  const nonce = nonceWithSequence(sequence, VERSION_NONCE_BYTES).replaceAll('-', '.')
  return nonce + versionMark(nonce)
}

export function isIssuedVersionId(versionId: string): boolean {
  const nonce = versionId.slice(0, (VERSION_NONCE_BYTES * 4) / 3)
  return versionId === nonce + versionMark(nonce)
}

function versionMark(nonce: string): string {
  const digest = createHash('sha256').update(`version ${nonce}`).digest()
  const bytes = digest.subarray(0, ID_BYTES - VERSION_NONCE_BYTES)
  return bytes.toString('base64url').replaceAll('-', '.')
}

/**
 * For lifecycle rules and notification configurations. Like S3's, the id has 48 characters:
 * https://github.com/aws/aws-sdk-go-v2/issues/3165
 */
export function configurationId(): string {
  return Buffer.from(randomUUID()).toString('base64')
}

/** `createdMs` distinguishes a bucket from a later one with the same name. */
export interface UploadScope {
  readonly bucket: string
  readonly createdMs: number
  readonly key: string
}

/** The id contains a hash of its scope, so it can be verified without a lookup. */
export function newUploadId(scope: UploadScope, sequence: number): string {
  const nonce = nonceWithSequence(sequence, ID_BYTES)
  return nonce + mark(nonce, scope)
}

/** This works even after the upload has ended. */
export function isUploadIdOf(uploadId: string, scope: UploadScope): boolean {
  const nonce = uploadId.slice(0, (ID_BYTES * 4) / 3)
  return uploadId === nonce + mark(nonce, scope)
}

function mark(nonce: string, { bucket, createdMs, key }: UploadScope): string {
  const digest = createHash('sha256').update(JSON.stringify([nonce, bucket, createdMs, key]))
  return digest.digest().subarray(0, ID_BYTES).toString('base64url')
}
