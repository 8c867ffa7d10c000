/**
 * Determines a new object's encryption from headers, form fields or the bucket's default.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/specifying-kms-encryption.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { ACCOUNT_ID } from '../message/account.ts'
import { type KeySource, refuseKeyForWrite } from './customer-key.ts'
import {
  type BucketEncryption,
  type EncryptionAlgorithm,
  isEncryptionAlgorithm,
  type ObjectEncryption,
  SSE_HEADER,
} from './encryption.ts'

type Values = Readonly<Record<string, string>>

const KEY_ID = `${SSE_HEADER}-aws-kms-key-id`
const CONTEXT = `${SSE_HEADER}-context`
const BUCKET_KEY = `${SSE_HEADER}-bucket-key-enabled`

/**
 * @returns The property of a new object's record.
 * @throws {S3Error} `InvalidArgument`, `KMS.NotFoundException`, or `AccessDenied` for a
 *   customer-provided key.
 */
export function requestedEncryption(
  source: KeySource,
  byDefault: BucketEncryption | undefined,
  region: string,
): { encryption?: ObjectEncryption } {
  const { values } = source
  refuseKeyForWrite(source)
  const asked = askedAlgorithm(values)
  const algorithm = asked ?? byDefault?.algorithm ?? 'AES256'
  if (asked === undefined || algorithm === 'AES256') refuseKmsHeaders(values)
  if (algorithm === 'AES256') return {}
  const context = values[CONTEXT]
  if (context !== undefined) checkContext(context)
  // If the request names an algorithm but no key, S3 uses the account's own key for S3, not the
  // bucket's default key.
  const keyId = asked === undefined ? byDefault?.keyId : values[KEY_ID]
  const bucketKey = usesBucketKey(values[BUCKET_KEY]) ?? byDefault?.bucketKey ?? false
  return {
    encryption: {
      algorithm,
      keyId: keyArn(keyId, region),
      // Bucket keys cannot be combined with dual-layer encryption.
      ...(bucketKey && algorithm === 'aws:kms' ? { bucketKey: true } : {}),
      ...(context === undefined ? {} : { context }),
    },
  }
}

/**
 * Rejects encryption headers in requests that don't create an object.
 *
 * @throws {S3Error} `InvalidArgument`
 * @see https://github.com/irods/irods_resource_plugin_s3/issues/1838 – S3's messages
 */
export function refuseEncryption(values: Values): void {
  const asked = values[SSE_HEADER]
  if (asked !== undefined) {
    throw invalid(`${SSE_HEADER} header is not supported for this operation.`, asked)
  }
  refuseKmsHeaders(values)
}

function askedAlgorithm(values: Values): EncryptionAlgorithm | undefined {
  const asked = values[SSE_HEADER]
  if (asked === undefined || isEncryptionAlgorithm(asked)) return asked
  throw invalid('The encryption method specified is not supported', asked)
}

function refuseKmsHeaders(values: Values): void {
  if (values[KEY_ID] === undefined && values[CONTEXT] === undefined) return
  throw invalid(
    `Server Side Encryption with AWS KMS managed key requires HTTP header ${SSE_HEADER} : aws:kms`,
  )
}

function invalid(message: string, value?: string): S3Error {
  return new S3Error('InvalidArgument', message, {
    ArgumentName: SSE_HEADER,
    ...(value === undefined ? {} : { ArgumentValue: value }),
  })
}

function usesBucketKey(value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined
  const flag = value.toLowerCase()
  if (flag === 'true' || flag === 'false') return flag === 'true'
  throw new S3Error('InvalidArgument', `${BUCKET_KEY} must be true or false.`, {
    ArgumentName: BUCKET_KEY,
    ArgumentValue: value,
  })
}

function checkContext(context: string): void {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(context, 'base64').toString('utf8'))
    const isMap = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
    if (isMap && Object.values(parsed).every((each) => typeof each === 'string')) return
  } catch {
    // The error is thrown below.
  }
  throw new S3Error(
    'InvalidArgument',
    `The header '${CONTEXT}' shall be Base64-encoded UTF-8 string holding JSON which represents a string-string map`,
    { ArgumentName: CONTEXT, ArgumentValue: context },
  )
}

const BARE_KEY_ID =
  /^(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i
const KEY_ARN = /^arn:[\w-]+:kms:([\w-]+):\d{12}:(?:key|alias)\/.+$/

/** The id of the `aws/s3` key, which AWS creates in each account on first use. */
const MANAGED_KEY = '53e3b7a1-0000-4000-8000-000000000053'

/**
 * Any valid key id is treated as an existing key. Aliases are not resolved, because only KMS can do
 * that.
 */
function keyArn(keyId = MANAGED_KEY, region: string): string {
  const place = `arn:aws:kms:${region}:${ACCOUNT_ID}`
  if (BARE_KEY_ID.test(keyId)) return `${place}:key/${keyId}`
  if (/^alias\/./.test(keyId)) return `${place}:${keyId}`
  const [, keyRegion] = KEY_ARN.exec(keyId) ?? []
  if (keyRegion === region) return keyId
  throw new S3Error(
    'KMS.NotFoundException',
    keyRegion === undefined ? `Invalid keyId '${keyId}'` : `Invalid arn ${keyRegion}`,
    {},
    400,
  )
}
