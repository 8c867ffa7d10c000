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
 * @param length - Bytes from the start, at least 1.
 * @param etag - As S3 writes it. Other bytes are refused with `PreconditionFailed`.
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
