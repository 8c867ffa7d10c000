/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { isBucketName } from 'waybill-s3/internal/bucket-url'
import { isAccountRegional } from './bucket-namespace.ts'

/** S3 reserves these names for its own tools, bucket aliases and account-regional namespaces. */
const RESERVED =
  /^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3|-an)$/

/** @throws {S3Error} `InvalidBucketName` */
export function checkBucketName(name: string): void {
  if (isBucketName(name) && (isAccountRegional(name) || !RESERVED.test(name))) return
  throw new S3Error('InvalidBucketName', undefined, { BucketName: name })
}
