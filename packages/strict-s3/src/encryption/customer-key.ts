/**
 * Rejects customer-provided keys (SSE-C), as S3 does in new buckets since April 2026.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/blocking-unblocking-s3-c-encryption-gpb.html
 * @see https://github.com/boto/boto3/issues/982 – the error for an object that needs no key
 * @see https://github.com/localstack/localstack/blob/HEAD/tests/aws/services/s3/test_s3.snapshot.json
 *   – responses recorded from AWS
 * @module
 */

import { S3Error } from 'waybill-s3'
import { notImplemented, withReason } from '../message/refusal.ts'
import { isEncryptionAlgorithm, type ObjectEncryption, SSE_HEADER } from './encryption.ts'

type Values = Readonly<Record<string, string>>

/** Where a key would come from. */
export interface KeySource {
  /** Headers or form fields, with names in lower case. */
  readonly values: Values
  /** Whether the request came over HTTPS. */
  readonly secure: boolean
}

const PREFIX = `${SSE_HEADER}-customer-`
const COPY_SOURCE_PREFIX = 'x-amz-copy-source-server-side-encryption-customer-'

function hasCustomerKey(values: Values, prefix = PREFIX): boolean {
  return Object.keys(values).some((name) => name.startsWith(prefix))
}

/**
 * Rejects a key for a new object.
 *
 * @throws {S3Error} `InvalidArgument` with another encryption method or without HTTPS, otherwise
 *   `AccessDenied`
 */
export function refuseKeyForWrite({ values, secure }: KeySource): void {
  if (!hasCustomerKey(values)) return
  const asked = values[SSE_HEADER]
  if (asked !== undefined) {
    throw new S3Error(
      'InvalidArgument',
      'Server Side Encryption with Customer provided key is incompatible with the encryption method specified',
      { ArgumentName: SSE_HEADER, ArgumentValue: asked },
    )
  }
  const error = secure
    ? new S3Error('AccessDenied')
    : new S3Error(
        'InvalidArgument',
        'Requests specifying Server Side Encryption with Customer provided keys must be made over a secure connection.',
      )
  throw withReason(
    error,
    'the bucket blocks SSE-C, as all new buckets do: use SSE-S3 or SSE-KMS instead',
  )
}

const NEEDLESS = 'The encryption parameters are not applicable to this object.'
const MESSAGES = {
  object: NEEDLESS,
  'copy source': NEEDLESS,
  /** S3's words, although the upload was created without a key. */
  part: 'The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.',
}

/**
 * Rejects a key for an existing object or upload. None of them needs one, except those that an
 * earlier version of this server encrypted.
 *
 * @param stored - The encryption of the object or upload.
 * @throws {S3Error} `InvalidRequest` for a key, or `NotImplemented` if the bytes are encrypted
 */
export function refuseKeyFor(
  of: keyof typeof MESSAGES,
  stored: ObjectEncryption | undefined,
  values: Values,
): void {
  if (stored && !isEncryptionAlgorithm(stored.algorithm)) {
    throw notImplemented('SSE-C, with which an earlier version stored this object: upload it again')
  }
  if (hasCustomerKey(values, of === 'copy source' ? COPY_SOURCE_PREFIX : PREFIX)) {
    throw new S3Error('InvalidRequest', MESSAGES[of])
  }
}
