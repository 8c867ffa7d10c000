/**
 * Buckets on this server never have an Object Lock configuration.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLockConfiguration.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { BucketCall } from '../call.ts'

export function getObjectLockConfiguration({ bucket: { name } }: BucketCall): never {
  throw new S3Error(
    'ObjectLockConfigurationNotFoundError',
    'Object Lock configuration does not exist for this bucket',
    { BucketName: name },
    404,
  )
}
