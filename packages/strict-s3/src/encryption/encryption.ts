/**
 * The encryption that responses report. The server stores the bytes as they arrive, remembers the
 * requested encryption, and reports it as S3 does.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html
 * @module
 */

export const SSE_HEADER = 'x-amz-server-side-encryption'

const ENCRYPTION_ALGORITHMS = ['AES256', 'aws:kms', 'aws:kms:dsse'] as const

export type EncryptionAlgorithm = (typeof ENCRYPTION_ALGORITHMS)[number]

/** Encryption with a KMS key. Not set for SSE-S3, the default. */
export interface ObjectEncryption {
  readonly algorithm: Exclude<EncryptionAlgorithm, 'AES256'>
  /** The key's ARN. */
  readonly keyId: string
  readonly bucketKey?: true
  /** In base64, as sent. */
  readonly context?: string
}

export interface BucketEncryption {
  readonly algorithm: EncryptionAlgorithm
  /** The key as configured. S3 only checks it when an object is written. */
  readonly keyId?: string
  readonly bucketKey: boolean
}

export function isEncryptionAlgorithm(text: string): text is EncryptionAlgorithm {
  return ENCRYPTION_ALGORITHMS.some((each) => each === text)
}

export function encryptionHeaders(
  encryption: ObjectEncryption | undefined,
): Record<string, string> {
  if (!encryption) return { [SSE_HEADER]: 'AES256' }
  return {
    [SSE_HEADER]: encryption.algorithm,
    [`${SSE_HEADER}-aws-kms-key-id`]: encryption.keyId,
    ...(encryption.bucketKey ? { [`${SSE_HEADER}-bucket-key-enabled`]: 'true' } : {}),
  }
}

/** The response to a write also contains the encryption context. */
export function acceptedEncryption(
  encryption: ObjectEncryption | undefined,
): Record<string, string> {
  const headers = encryptionHeaders(encryption)
  if (encryption?.context !== undefined) headers[`${SSE_HEADER}-context`] = encryption.context
  return headers
}

export function isSameEncryption(
  one: ObjectEncryption | undefined,
  other: ObjectEncryption | undefined,
): boolean {
  return one?.algorithm === other?.algorithm && one?.keyId === other?.keyId
}
