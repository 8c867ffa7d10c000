/**
 * A signer with `createPresignedPost` of the AWS SDK v3 behind `node:http`.
 *
 * @module
 */

import type { RequestListener } from 'node:http'
import { S3Client } from '@aws-sdk/client-s3'
import { createPresignedPost } from '@aws-sdk/s3-presigned-post'
import { BUCKET, CREDENTIALS, EXPIRES_IN_SECONDS, REGION } from '../workload.ts'
import { fieldsOf, jsonListener, newKey } from './by-hand.ts'

/** Makes the listener. */
export function awsSdk(): RequestListener {
  const client = new S3Client({ region: REGION, credentials: CREDENTIALS })
  return jsonListener((file) =>
    createPresignedPost(client, {
      Bucket: BUCKET,
      Key: newKey(),
      Fields: fieldsOf(file),
      Conditions: [['content-length-range', file.size, file.size]],
      Expires: EXPIRES_IN_SECONDS,
    }),
  )
}
