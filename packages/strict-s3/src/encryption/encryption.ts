/**
 * The encryption that responses name for an object. Nothing is really encrypted: the bytes are
 * stored as they came, without a key. The requested encryption is stored and returned as S3 does.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html
 * @module
 */

/** The header with the encryption algorithm. */
export const SSE_HEADER = 'x-amz-server-side-encryption'

const ENCRYPTION_ALGORITHMS = ['AES256', 'aws:kms', 'aws:kms:dsse'] as const

/** The name of an encryption algorithm. */
export type EncryptionAlgorithm = (typeof ENCRYPTION_ALGORITHMS)[number]

/**
 * Encryption with a KMS key. An object without it has SSE-S3, the default for every object.
 */
export interface KmsEncryption {
  readonly algorithm: Exclude<EncryptionAlgorithm, 'AES256'>
  /** ARN of the key. */
  readonly keyId: string
  readonly bucketKey?: true
  /** As it was sent, in base64. */
  readonly context?: string
}

/** The default encryption of a bucket. */
export interface BucketEncryption {
  readonly algorithm: EncryptionAlgorithm
  /** As it was put: S3 checks it only when an object is written. */
  readonly keyId?: string
  readonly bucketKey: boolean
  /** Encryption types that are refused for objects; S3 knows `SSE-C` and `NONE`. */
  readonly blocked: readonly string[]
}

/** Tells whether a text is the name of an encryption algorithm. */
export function isEncryptionAlgorithm(text: string): text is EncryptionAlgorithm {
  return ENCRYPTION_ALGORITHMS.some((each) => each === text)
}

/** Makes the headers with which S3 describes the encryption of an object. */
export function encryptionHeaders(encryption: KmsEncryption | undefined): Record<string, string> {
  if (!encryption) return { [SSE_HEADER]: 'AES256' }
  return {
    [SSE_HEADER]: encryption.algorithm,
    [`${SSE_HEADER}-aws-kms-key-id`]: encryption.keyId,
    ...(encryption.bucketKey ? { [`${SSE_HEADER}-bucket-key-enabled`]: 'true' } : {}),
  }
}

/** Makes the same headers for the request that writes the object: these have the context too. */
export function acceptedEncryption(encryption: KmsEncryption | undefined): Record<string, string> {
  const headers = encryptionHeaders(encryption)
  if (encryption?.context !== undefined) headers[`${SSE_HEADER}-context`] = encryption.context
  return headers
}

/** Tells whether two encryptions are the same. */
export function isSameEncryption(
  one: KmsEncryption | undefined,
  other: KmsEncryption | undefined,
): boolean {
  return one?.algorithm === other?.algorithm && one?.keyId === other?.keyId
}
