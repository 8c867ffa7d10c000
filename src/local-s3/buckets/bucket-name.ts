/**
 * Which names a new bucket may have.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 * @module
 */

import { isBucketName, S3Error } from '../../s3/index.ts'

/**
 * What S3 keeps for itself: for its own tools, for aliases that stand where a bucket's name stands, and for the
 * namespaces of accounts.
 */
const RESERVED =
  /^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3|-an)$/

/** @throws {S3Error} `InvalidBucketName` */
export function checkBucketName(name: string): void {
  if (isBucketName(name) && !RESERVED.test(name)) return
  throw new S3Error('InvalidBucketName', undefined, { BucketName: name })
}
