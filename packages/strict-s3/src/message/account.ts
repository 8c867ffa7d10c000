/**
 * The account that owns everything on this server: its ids, the ARNs of its buckets, and a check
 * that clients don't expect another account.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import { partitionOf } from 'waybill-s3/internal/partition'

/** The owner's id in documents. S3's ids have 64 hexadecimal digits. */
export const OWNER_ID = '75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a'

/** The account number. Used in events, and expected in `x-amz-expected-bucket-owner`. */
export const ACCOUNT_ID = '123456789012'

/**
 * Returns the ARN of a bucket, for example `arn:aws:s3:::uploads`, or `arn:aws-cn:s3:::uploads` in
 * a region of China. The ARN of an object continues with `/` and the key.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-arn-format.html
 */
export function bucketArn(region: string, bucket: string): string {
  return `arn:${partitionOf(region).name}:s3:::${bucket}`
}

const EXPECTED_OWNER = ['x-amz-expected-bucket-owner', 'x-amz-source-expected-bucket-owner']

/**
 * Rejects a request that expects another account's bucket.
 *
 * @param values - Headers of a request about a bucket, with names in lower case.
 * @throws {S3Error} `AccessDenied` for another account, `InvalidBucketOwnerAWSAccountID` for a
 *   value that is not an account id.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
 */
export function checkExpectedOwner(values: Readonly<Record<string, string>>): void {
  for (const name of EXPECTED_OWNER) {
    const expected = values[name]
    if (expected === undefined || expected === ACCOUNT_ID) continue
    if (/^\d{12}$/.test(expected)) throw new S3Error('AccessDenied')
    throw new S3Error(
      'InvalidBucketOwnerAWSAccountID',
      `The value of the expected bucket owner parameter must be an AWS Account ID... [${expected}]`,
      {},
      400,
    )
  }
}
