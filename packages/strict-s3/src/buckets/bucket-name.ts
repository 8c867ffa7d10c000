/**
 * Which bucket names are allowed, and who can create buckets in account-regional namespaces: these
 * names end in `-<account>-<region>-an`.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { isBucketName } from 'waybill-s3/internal/bucket-url'
import { ACCOUNT_ID } from '../message/account.ts'

/** S3 reserves these names for its own tools, bucket aliases and account-regional namespaces. */
const RESERVED =
  /^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3|-an)$/

/** @throws {S3Error} `InvalidBucketName` */
export function checkBucketName(name: string): void {
  if (isBucketName(name) && (isAccountRegional(name) || !RESERVED.test(name))) return
  throw new S3Error('InvalidBucketName', undefined, { BucketName: name })
}

export const NAMESPACE_HEADER = 'x-amz-bucket-namespace'

const SUFFIX = /.-(?<account>\d{12})-(?<region>[a-z0-9-]+)-an$/

export function isAccountRegional(name: string): boolean {
  return SUFFIX.test(name)
}

/**
 * @param header - The value of `x-amz-bucket-namespace`.
 * @throws {S3Error} `MissingNamespaceHeader`, `InvalidNamespaceHeader`, `InvalidBucketNamespace`
 * @see https://github.com/ansible-collections/amazon.aws/issues/2935 and
 *   https://github.com/getmoto/moto/pull/9871 – S3's messages
 */
export function checkNamespace(name: string, header: string | undefined, region: string): void {
  if (header !== undefined && header !== 'account-regional' && header !== 'global') {
    throw new S3Error('InvalidArgument', `The value of ${NAMESPACE_HEADER} is not valid.`, {
      ArgumentName: NAMESPACE_HEADER,
      ArgumentValue: header,
    })
  }
  const suffix = SUFFIX.exec(name)?.groups
  if (!suffix) {
    if (header !== 'account-regional') return
    throw new S3Error(
      'InvalidNamespaceHeader',
      `The requested bucket name did not include the account-regional namespace suffix, but the provided ${NAMESPACE_HEADER} header value is account-regional. Specify -${ACCOUNT_ID}-${region}-an as the bucket name suffix to create a bucket in your account-regional namespace, or remove the header.`,
    )
  }
  if (header === undefined) {
    throw new S3Error(
      'MissingNamespaceHeader',
      `The requested bucket is an account-regional namespace bucket, but your request is missing the required ${NAMESPACE_HEADER} header.`,
      { Header: NAMESPACE_HEADER },
    )
  }
  if (header === 'global') {
    throw new S3Error(
      'InvalidNamespaceHeader',
      `The requested bucket is an account-regional namespace bucket, but the provided ${NAMESPACE_HEADER} header value is global.`,
    )
  }
  if (suffix.account !== ACCOUNT_ID) {
    throw otherNamespace(
      name,
      `AWS Account ID '${suffix.account}' does not match the caller's AWS Account ID '${ACCOUNT_ID}'. Specify the caller's AWS Account ID in the bucket name.`,
    )
  }
  if (suffix.region !== region) {
    throw otherNamespace(
      name,
      `region '${suffix.region}' does not match the current region '${region}'. Specify the targeted region in the bucket name.`,
    )
  }
}

function otherNamespace(name: string, mismatch: string): S3Error {
  return new S3Error(
    'InvalidBucketNamespace',
    `The requested bucket is an account-regional namespace bucket, but the requested ${mismatch}`,
    { BucketNamespace: name },
  )
}
