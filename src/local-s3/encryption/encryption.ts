/**
 * How an object is said to be encrypted. Nothing is: the bytes rest as they came, no key is asked
 * for, and what the client wanted is kept and told as S3 tells it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html
 * @module
 */

export const SSE_HEADER = 'x-amz-server-side-encryption'

const ENCRYPTION_ALGORITHMS = ['AES256', 'aws:kms', 'aws:kms:dsse'] as const

export type EncryptionAlgorithm = (typeof ENCRYPTION_ALGORITHMS)[number]

/**
 * Encryption with a KMS key. A record without it is of an object under SSE-S3, which S3 has for
 * every object.
 */
export interface KmsEncryption {
  readonly algorithm: Exclude<EncryptionAlgorithm, 'AES256'>
  /** ARN of the key. */
  readonly keyId: string
  readonly bucketKey?: true
  /** As it was sent, in Base64. */
  readonly context?: string
}

export function isEncryptionAlgorithm(text: string): text is EncryptionAlgorithm {
  return ENCRYPTION_ALGORITHMS.some((each) => each === text)
}

/**
 * @returns The headers with which S3 says how an object is encrypted, wherever it speaks of one.
 */
export function encryptionHeaders(encryption: KmsEncryption | undefined): Record<string, string> {
  if (!encryption) return { [SSE_HEADER]: 'AES256' }
  return {
    [SSE_HEADER]: encryption.algorithm,
    [`${SSE_HEADER}-aws-kms-key-id`]: encryption.keyId,
    ...(encryption.bucketKey ? { [`${SSE_HEADER}-bucket-key-enabled`]: 'true' } : {}),
  }
}

/** @returns The same, where S3 repeats the context too: to the request that brought it. */
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
