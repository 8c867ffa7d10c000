/**
 * Checks the bucket owner that a client expects.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { ACCOUNT_ID } from '../message/account.ts'

const HEADERS = ['x-amz-expected-bucket-owner', 'x-amz-source-expected-bucket-owner']

/**
 * Refuses a request that expects a bucket of another account.
 *
 * @param values - Headers of a request about a bucket, names in lower case.
 * @throws {S3Error} `AccessDenied` for another account, `InvalidBucketOwnerAWSAccountID` for a
 *   value that is not an account id.
 */
export function checkExpectedOwner(values: Readonly<Record<string, string>>): void {
  for (const name of HEADERS) {
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
