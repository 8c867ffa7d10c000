/**
 * The encryption that responses report for an object. Nothing is really encrypted: bytes are stored
 * as they arrive, but the requested encryption is stored too and reported as S3 does.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html
 * @module
 */

/** The header with the encryption algorithm. */
export const SSE_HEADER = 'x-amz-server-side-encryption'

const ENCRYPTION_ALGORITHMS = ['AES256', 'aws:kms', 'aws:kms:dsse'] as const

export type EncryptionAlgorithm = (typeof ENCRYPTION_ALGORITHMS)[number]

/** Encryption with a KMS key. Objects without it have SSE-S3, the default. */
export interface KmsEncryption {
  readonly algorithm: Exclude<EncryptionAlgorithm, 'AES256'>
  /** The ARN of the key. */
  readonly keyId: string
  readonly bucketKey?: true
  /** The encryption context as sent, in base64. */
  readonly context?: string
}

/** The default encryption of a bucket. */
export interface BucketEncryption {
  readonly algorithm: EncryptionAlgorithm
  /** The key id as configured, because S3 only checks it when an object is written. */
  readonly keyId?: string
  readonly bucketKey: boolean
  /** Encryption types to reject for new objects: `SSE-C` or `NONE`. */
  readonly blocked: readonly string[]
}

export function isEncryptionAlgorithm(text: string): text is EncryptionAlgorithm {
  return ENCRYPTION_ALGORITHMS.some((each) => each === text)
}

/** Returns the headers that describe the encryption of an object. */
export function encryptionHeaders(encryption: KmsEncryption | undefined): Record<string, string> {
  if (!encryption) return { [SSE_HEADER]: 'AES256' }
  return {
    [SSE_HEADER]: encryption.algorithm,
    [`${SSE_HEADER}-aws-kms-key-id`]: encryption.keyId,
    ...(encryption.bucketKey ? { [`${SSE_HEADER}-bucket-key-enabled`]: 'true' } : {}),
  }
}

/** Returns the headers for the response to a write, which also contain the context. */
export function acceptedEncryption(encryption: KmsEncryption | undefined): Record<string, string> {
  const headers = encryptionHeaders(encryption)
  if (encryption?.context !== undefined) headers[`${SSE_HEADER}-context`] = encryption.context
  return headers
}

export function isSameEncryption(
  one: KmsEncryption | undefined,
  other: KmsEncryption | undefined,
): boolean {
  return one?.algorithm === other?.algorithm && one?.keyId === other?.keyId
}
