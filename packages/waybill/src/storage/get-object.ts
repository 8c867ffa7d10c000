/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 * @module
 */

import { callS3 } from './call-s3.ts'
import { type ObjectVersion, targetOf } from './object-version.ts'
import type { S3CallContext } from './s3-call-context.ts'

export interface ByteRange {
  /** Zero-based. */
  readonly from: number
  /** At least 1. */
  readonly length: number
}

/**
 * @param length - Number of bytes, at least 1. The object must have as many.
 * @param etag - With quotes, as S3 writes it. If the object's ETag differs, S3 rejects the request
 *   with `PreconditionFailed`.
 */
export async function readFirstBytes(
  context: S3CallContext,
  object: ObjectVersion,
  length: number,
  etag?: string,
): Promise<Uint8Array> {
  return readRange(context, object, { from: 0, length }, etag)
}

/**
 * @param range - Must not reach beyond the object's end.
 * @param etag - As for `readFirstBytes`.
 */
export async function readRange(
  context: S3CallContext,
  object: ObjectVersion,
  { from, length }: ByteRange,
  etag?: string,
): Promise<Uint8Array> {
  const { bytes = new Uint8Array() } = await callS3(context, {
    method: 'GET',
    ...targetOf(object),
    headers: {
      range: `bytes=${from}-${from + length - 1}`,
      ...(etag === undefined ? {} : { 'if-match': etag }),
    },
    bytes: true,
    // A proxy that compresses weakens the ETag.
    isAnswer: ({ header, bytes: read }) => {
      const theirs = header('etag')?.replace(/^W\//, '')
      return theirs === (etag ?? theirs ?? '') && (read?.length ?? 0) >= length
    },
  })
  return bytes
}
