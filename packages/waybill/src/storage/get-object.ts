/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 * @module
 */

import { callS3 } from './call-s3.ts'
import type { StoredObject } from './head-object.ts'
import { type ObjectVersion, targetOf } from './object-version.ts'
import type { S3CallContext } from './s3-call-context.ts'

export interface ByteRange {
  /** Zero-based. */
  readonly from: number
  /** At least 1. */
  readonly length: number
}

type Expected = Pick<StoredObject, 'etag' | 'size'>

/**
 * @param length - Number of bytes, at least 1. The object must have as many.
 * @param head - If the object's ETag differs, S3 rejects the request with `PreconditionFailed`.
 */
export async function readFirstBytes(
  context: S3CallContext,
  object: ObjectVersion,
  length: number,
  head: Expected,
): Promise<Uint8Array> {
  return readRange(context, object, { from: 0, length }, head)
}

/**
 * @param range - Must not reach beyond the object's end.
 * @param head - As for `readFirstBytes`.
 */
export async function readRange(
  context: S3CallContext,
  object: ObjectVersion,
  { from, length }: ByteRange,
  { etag, size }: Expected,
): Promise<Uint8Array> {
  const { bytes = new Uint8Array() } = await callS3(context, {
    method: 'GET',
    ...targetOf(object),
    headers: { range: `bytes=${from}-${from + length - 1}`, 'if-match': etag },
    bytes: true,
    isResponse: ({ header, bytes: read }) => {
      // A proxy may have changed the HEAD's Content-Length, on which verdicts depend.
      const total = /\/(\d+)$/.exec(header('content-range') ?? '')?.[1] ?? size
      // A proxy that compresses weakens the ETag.
      const theirs = header('etag')?.replace(/^W\//, '')
      return (
        theirs === etag && Number(total) === size && (read?.length ?? 0) >= Math.min(length, size)
      )
    },
  })
  return bytes
}
