/**
 * GetObjectLockConfiguration: no bucket of this server has one.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLockConfiguration.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { Answer } from '../../message/response.ts'
import { bucketOf, type Call } from '../call.ts'

/**
 * GetObjectLockConfiguration: always fails.
 *
 * @throws {S3Error} `ObjectLockConfigurationNotFoundError`
 */
export function getObjectLockConfiguration(call: Call): Answer {
  const { name } = bucketOf(call)
  throw new S3Error(
    'ObjectLockConfigurationNotFoundError',
    'Object Lock configuration does not exist for this bucket',
    { BucketName: name },
    404,
  )
}
