/**
 * Reads and checks customer-provided keys (SSE-C).
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
 * @see https://github.com/ministackorg/ministack/pull/1439 – S3's errors, seen on AWS
 * @see https://github.com/localstack/localstack/blob/HEAD/tests/aws/services/s3/test_s3.snapshot.json
 *   – responses recorded from AWS
 * @module
 */

import { hash } from 'node:crypto'
import { S3Error } from 'waybill-s3'
import { denied, withReason } from '../message/refusal.ts'
import { isKeyOf } from './customer-cipher.ts'
import {
  type BucketEncryption,
  type CustomerEncryption,
  type ObjectEncryption,
  SSE_HEADER,
} from './encryption.ts'

type Values = Readonly<Record<string, string>>

export interface CustomerKey {
  /** Neither stored nor logged. */
  readonly bytes: Buffer
  /** In base64. Responses repeat it. */
  readonly md5: string
}

/** Where a key comes from. */
export interface KeySource {
  /** Headers or form fields, with names in lower case. */
  readonly values: Values
  /** Whether the request came over HTTPS. */
  readonly secure: boolean
}

const PREFIX = 'x-amz-server-side-encryption-customer-'
const COPY_SOURCE_PREFIX = 'x-amz-copy-source-server-side-encryption-customer-'

/** S3 has blocked SSE-C in new buckets since April 2026. */
export const BLOCKED_BY_DEFAULT = ['SSE-C']

export function hasCustomerKey(values: Values, prefix = PREFIX): boolean {
  return Object.keys(values).some((name) => name.startsWith(prefix))
}

/**
 * Reads the key for a new object.
 *
 * @returns `undefined` if the request has none.
 * @throws {S3Error} `AccessDenied` if the bucket blocks SSE-C, or `InvalidArgument` or
 *   `InvalidEncryptionAlgorithmError` for an invalid key.
 */
export function keyForWrite(
  source: KeySource,
  bucket: BucketEncryption | undefined,
): CustomerKey | undefined {
  if (!hasCustomerKey(source.values)) return undefined
  requireHttps(source)
  const { blocked } = bucket ?? { blocked: BLOCKED_BY_DEFAULT }
  if (blocked.includes('SSE-C')) {
    throw denied(
      'the bucket blocks SSE-C, as all new buckets do. To allow it, call PutBucketEncryption with BlockedEncryptionTypes NONE',
    )
  }
  return parseKey(source.values, PREFIX, 'write')
}

/**
 * Reads the key of an existing object.
 *
 * @param stored - The object's encryption.
 * @param of - With `copy source`, reads the headers for the source of a copy.
 * @returns `undefined` if the object is not encrypted with a customer-provided key.
 * @throws {S3Error} `InvalidRequest` if the key is missing, or if the object does not need one.
 *   `AccessDenied` for the wrong key. `InvalidArgument` or `InvalidEncryptionAlgorithmError` for an
 *   invalid one.
 */
export function keyForRead(
  stored: ObjectEncryption | undefined,
  source: KeySource,
  of: 'object' | 'copy source' = 'object',
): CustomerKey | undefined {
  const prefix = of === 'object' ? PREFIX : COPY_SOURCE_PREFIX
  if (!needsKey(stored, source, { prefix, missing: MISSING_FOR_READ, needless: NOT_APPLICABLE }))
    return undefined
  const key = parseKey(source.values, prefix, 'read')
  if (!isKeyOf(stored, key)) throw wrongKey('the object is encrypted with another key')
  return key
}

/**
 * Reads the key for a part.
 *
 * @param upload - The upload's encryption.
 * @returns `undefined` if the upload was created without a customer-provided key.
 * @throws {S3Error} `InvalidRequest` if the key is missing or is not the upload's key, or if the
 *   upload has none. `InvalidArgument` or `InvalidEncryptionAlgorithmError` for an invalid key.
 */
export function keyForPart(
  upload: ObjectEncryption | undefined,
  source: KeySource,
): CustomerKey | undefined {
  const message = MISMATCH_FOR_PART
  if (!needsKey(upload, source, { prefix: PREFIX, missing: message, needless: message }))
    return undefined
  const key = parseKey(source.values, PREFIX, 'write')
  if (isKeyOf(upload, key)) return key
  throw new S3Error(
    'InvalidRequest',
    'The provided encryption parameters did not match the ones used originally.',
  )
}

/** CompleteMultipartUpload need not repeat the key, but if it does, it must be the upload's key. */
export function checkKeyOfCompletion(
  upload: ObjectEncryption | undefined,
  source: KeySource,
): void {
  if (hasCustomerKey(source.values)) keyForPart(upload, source)
}

export function customerKeyHeaders(key: CustomerKey | undefined): Record<string, string> {
  if (!key) return {}
  return { [`${PREFIX}algorithm`]: 'AES256', [`${PREFIX}key-md5`]: key.md5 }
}

const MISSING_FOR_READ =
  'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.'
const NOT_APPLICABLE = 'The encryption parameters are not applicable to this object.'
/** S3 also sends this message if the upload was created without a key but the part has one. */
const MISMATCH_FOR_PART =
  'The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.'

/** Checks that the request has a key if, and only if, the stored bytes need one. */
function needsKey(
  stored: ObjectEncryption | undefined,
  source: KeySource,
  {
    prefix,
    missing,
    needless,
  }: { readonly prefix: string; readonly missing: string; readonly needless: string },
): stored is CustomerEncryption {
  const isSent = hasCustomerKey(source.values, prefix)
  if (stored?.algorithm !== 'SSE-C') {
    if (!isSent) return false
    throw new S3Error('InvalidRequest', needless)
  }
  if (!isSent) throw new S3Error('InvalidRequest', missing)
  requireHttps(source)
  return true
}

const MUST = 'Requests specifying Server Side Encryption with Customer provided keys must'

function requireHttps({ secure }: KeySource): void {
  if (secure) return
  throw withReason(
    new S3Error('InvalidArgument', `${MUST} be made over a secure connection.`),
    'start the server with a certificate (--cert and --key, or the option tls)',
  )
}

function wrongKey(reason: string): S3Error {
  return withReason(new S3Error('AccessDenied', `${MUST} provide the correct secret key.`), reason)
}

/**
 * Checks in S3's order. For reads, S3 does not require the MD5 and treats a key of the wrong length
 * as the wrong key.
 */
function parseKey(values: Values, prefix: string, use: 'read' | 'write'): CustomerKey {
  const algorithm = values[`${prefix}algorithm`]
  const key = values[`${prefix}key`]
  const md5 = values[`${prefix}key-md5`]
  if (algorithm === undefined) throw invalid(`${MUST} provide a valid encryption algorithm.`)
  if (key === undefined) throw invalid(`${MUST} provide an appropriate secret key.`)
  if (md5 === undefined && use === 'write') {
    throw invalid(`${MUST} provide the client calculated MD5 of the secret key.`)
  }
  const bytes = Buffer.from(key, 'base64')
  if (bytes.length !== KEY_SIZE) {
    if (use === 'read') throw wrongKey(`the key has ${bytes.length} bytes instead of ${KEY_SIZE}`)
    throw invalid('The secret key was invalid for the specified algorithm.')
  }
  if (algorithm !== 'AES256') {
    throw new S3Error(
      'InvalidEncryptionAlgorithmError',
      'The Encryption request you specified is not valid. Supported value: AES256.',
      { ArgumentName: SSE_HEADER, ArgumentValue: algorithm },
      400,
    )
  }
  const calculated = hash('md5', bytes, 'base64')
  if (md5 !== undefined && md5 !== calculated) {
    throw invalid('The calculated MD5 hash of the key did not match the hash that was provided.')
  }
  return { bytes, md5: calculated }
}

/** S3 names the same header in all these errors, whichever is wrong. */
function invalid(message: string): S3Error {
  return new S3Error('InvalidArgument', message, { ArgumentName: SSE_HEADER })
}

/** In bytes. */
const KEY_SIZE = 32
