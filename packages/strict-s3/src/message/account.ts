import { S3Error } from 'waybill-s3'
import { partitionOf } from 'waybill-s3/internal/bucket-url'

/** Like S3's canonical user ids, this has 64 hexadecimal digits. */
export const OWNER_ID = '75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a'

/** This account id appears in events, and is expected in `x-amz-expected-bucket-owner`. */
export const ACCOUNT_ID = '123456789012'

/**
 * For example `arn:aws:s3:::uploads`, or `arn:aws-cn:s3:::uploads` in a Chinese region.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-arn-format.html
 */
export function bucketArn(region: string, bucket: string): string {
  return `arn:${partitionOf(region).name}:s3:::${bucket}`
}

const EXPECTED_OWNER = ['x-amz-expected-bucket-owner', 'x-amz-source-expected-bucket-owner']

/**
 * @param values - Headers, with names in lower case.
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
