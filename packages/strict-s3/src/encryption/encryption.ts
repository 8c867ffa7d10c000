/**
 * The encryption that responses report. Only customer-provided keys (SSE-C) actually encrypt, see
 * `customer-cipher.ts`. With all other types, the server stores the bytes as they arrive, remembers
 * the requested encryption, and reports it as S3 does.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html
 * @module
 */

export const SSE_HEADER = 'x-amz-server-side-encryption'

const ENCRYPTION_ALGORITHMS = ['AES256', 'aws:kms', 'aws:kms:dsse'] as const

export type EncryptionAlgorithm = (typeof ENCRYPTION_ALGORITHMS)[number]

/** Encryption with a KMS key. Objects without it use SSE-S3, the default. */
export interface KmsEncryption {
  readonly algorithm: Exclude<EncryptionAlgorithm, 'AES256'>
  /** The key's ARN. */
  readonly keyId: string
  readonly bucketKey?: true
  /** In base64, as sent. */
  readonly context?: string
}

/** Encryption with a customer-provided key (SSE-C), as stored. */
export interface CustomerEncryption {
  readonly algorithm: 'SSE-C'
  /** In base64. An object in parts has its salts in the parts. */
  readonly salt: string
  /** A salted HMAC of the key, in base64. */
  readonly check: string
}

/** Not set for SSE-S3. */
export type ObjectEncryption = KmsEncryption | CustomerEncryption

export interface BucketEncryption {
  readonly algorithm: EncryptionAlgorithm
  /** The key as configured. S3 only checks it when an object is written. */
  readonly keyId?: string
  readonly bucketKey: boolean
  /** The encryption types that new objects must not use: `SSE-C` or `NONE`. */
  readonly blocked: readonly string[]
}

export function isEncryptionAlgorithm(text: string): text is EncryptionAlgorithm {
  return ENCRYPTION_ALGORITHMS.some((each) => each === text)
}

/** For SSE-C, `customerKeyHeaders` returns the headers. */
export function encryptionHeaders(
  encryption: ObjectEncryption | undefined,
): Record<string, string> {
  if (!encryption) return { [SSE_HEADER]: 'AES256' }
  if (encryption.algorithm === 'SSE-C') return {}
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
  if (!encryption || encryption.algorithm === 'SSE-C') return headers
  if (encryption.context !== undefined) headers[`${SSE_HEADER}-context`] = encryption.context
  return headers
}

export function isSameEncryption(
  one: ObjectEncryption | undefined,
  other: ObjectEncryption | undefined,
): boolean {
  if (one?.algorithm === 'SSE-C' || other?.algorithm === 'SSE-C') return false
  return one?.algorithm === other?.algorithm && one?.keyId === other?.keyId
}
