/**
 * The first design of this project, rewritten: SDK v2, a form for any key under a prefix.
 *
 * @module
 */

import { randomUUID } from 'node:crypto'
import { S3 } from 'aws-sdk'

const s3 = new S3({ region: process.env.AWS_REGION ?? '' })

/** Responds with a presigned POST. */
export async function handler(): Promise<object> {
  const presignedPost = s3.createPresignedPost({
    Bucket: process.env.WAYBILL_BUCKET ?? '',
    Expires: 300,
    Conditions: [
      ['content-length-range', 0, 104_857_600],
      ['starts-with', '$key', 'assets'],
    ],
    Fields: { key: `assets/${Date.now()}-${randomUUID()}.mp4` },
  })
  return { statusCode: 200, body: JSON.stringify({ presignedPost }) }
}
