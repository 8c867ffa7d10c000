/**
 * Reads the first bytes of an object.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 * @module
 */

import { callS3 } from './call-s3.ts'
import { type ObjectVersion, targetOf } from './object-version.ts'
import type { S3CallContext } from './s3-call-context.ts'

/**
 * Reads the first bytes of an object.
 *
 * @param length - How many bytes, at least 1.
 * @param etag - With the quotes, as S3 writes it. S3 refuses an object with another ETag
 *   (`PreconditionFailed`).
 */
export async function readFirstBytes(
  context: S3CallContext,
  object: ObjectVersion,
  length: number,
  etag?: string,
): Promise<Uint8Array> {
  const { bytes } = await callS3(context, {
    method: 'GET',
    ...targetOf(object),
    headers: {
      range: `bytes=0-${length - 1}`,
      ...(etag === undefined ? {} : { 'if-match': etag }),
    },
    bytes: true,
  })
  return bytes ?? new Uint8Array()
}
