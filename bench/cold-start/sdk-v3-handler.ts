/**
 * A usual handler with the AWS SDK v3: a presigned POST, nothing sealed, nothing checked.
 *
 * @module
 */

import { randomUUID } from 'node:crypto'
import { S3Client } from '@aws-sdk/client-s3'
import { createPresignedPost } from '@aws-sdk/s3-presigned-post'

const client = new S3Client({ region: process.env.AWS_REGION ?? '' })

/** Responds with a presigned POST. */
export async function handler(): Promise<object> {
  const presignedPost = await createPresignedPost(client, {
    Bucket: process.env.WAYBILL_BUCKET ?? '',
    Key: `uploads/${randomUUID()}/film.mp4`,
    Expires: 300,
    Fields: { 'Content-Type': 'video/mp4' },
    Conditions: [['content-length-range', 5, 5]],
  })
  return { statusCode: 200, body: JSON.stringify({ presignedPost }) }
}
