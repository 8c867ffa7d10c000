/**
 * Parses the `Range` header.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 * @module
 */

import { S3Error } from 'waybill-s3'

/** The bytes `[start, end)`. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * Parses a range.
 *
 * @param header - `bytes=0-99`, `bytes=100-`, `bytes=-100`.
 * @returns `undefined` for a header that S3 ignores: another unit, several ranges, or an invalid
 *   one.
 * @throws {S3Error} `InvalidRange` when the object has no byte in the range.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return undefined
  const first = match[1] === '' ? undefined : Number(match[1])
  const last = match[2] === '' ? undefined : Number(match[2])
  if (first !== undefined && last !== undefined && last < first) return undefined
  const start = first ?? Math.max(size - (last ?? 0), 0)
  const end = first === undefined || last === undefined ? size : Math.min(last + 1, size)
  if (start < end) return { start, end }
  throw new S3Error('InvalidRange', undefined, {
    RangeRequested: header ?? '',
    ActualObjectSize: String(size),
  })
}
