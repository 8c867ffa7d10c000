/**
 * The ARN of a bucket, as policies and events name it.
 *
 * @module
 */

import { partitionOf } from 'waybill-s3/internal/partition'

/**
 * Writes the ARN of a bucket, for example `arn:aws:s3:::uploads`, or `arn:aws-cn:s3:::uploads` in a
 * region of China. The ARN of an object continues with `/` and the key.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-arn-format.html
 */
export function bucketArn(region: string, bucket: string): string {
  return `arn:${partitionOf(region).name}:s3:::${bucket}`
}
