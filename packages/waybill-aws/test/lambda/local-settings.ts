/**
 * The settings of a signer whose S3 is the local one.
 *
 * @module
 */

import type { StrictS3 } from 'strict-s3'

/** Where the bucket is, whose credentials sign, and what seals. */
export function localSettings({ region, endpoint, credentials }: StrictS3) {
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    WAYBILL_BUCKET: 'uploads',
    WAYBILL_ENDPOINT: endpoint,
    WAYBILL_SECRET: 'a secret of more than thirty-two characters',
  }
}
