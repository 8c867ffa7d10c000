/**
 * Refuses the headers of features that this server does not have.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import { notImplemented } from '../../message/not-implemented.ts'

const UNSUPPORTED =
  /^x-amz-(?:object-lock-|server-side-encryption-customer-|website-redirect-location$|bucket-object-lock|bucket-namespace$|write-offset-bytes$|rename-source$|mfa$)/

/**
 * Refuses the headers that this server does not support: if it ignored them, its success would be
 * wrong.
 *
 * @throws {S3Error} `NotImplemented`
 */
export function refuseUnsupported(values: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(values)) {
    if (UNSUPPORTED.test(name)) throw notImplemented(`the header ${name}`)
  }
}

/**
 * Refuses customer-provided keys: no object on this server is encrypted with one.
 *
 * @param prefix - `x-amz-copy-source-` for the source of a copy.
 * @throws {S3Error} `InvalidRequest`
 * @see https://github.com/boto/boto3/issues/982 – the message of S3
 */
export function refuseCustomerKey(
  headers: Readonly<Record<string, string>>,
  prefix = 'x-amz-',
): void {
  const name = `${prefix}server-side-encryption-customer-`
  if (!Object.keys(headers).some((each) => each.startsWith(name))) return
  throw new S3Error(
    'InvalidRequest',
    'The encryption parameters are not applicable to this object.',
  )
}
