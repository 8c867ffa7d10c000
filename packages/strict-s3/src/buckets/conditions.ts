/**
 * The `If-*` headers of reads and writes.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { notImplemented } from '../message/not-implemented.ts'

export interface WriteConditions {
  readonly ifNoneMatch?: '*'
  /** The current object must have this ETag (without quotes). `*` matches any object. */
  readonly ifMatch?: string
  /**
   * The result of `Bucket.sequenceOf` at the start of the write. The write fails if it has changed.
   */
  readonly found?: number
}

/**
 * @throws {S3Error} `NotImplemented` for conditions that S3 does not implement either: an ETag in
 *   `if-none-match`, `*` in `if-match`, or both headers.
 */
export function writeConditions(headers: Readonly<Record<string, string>>): WriteConditions {
  const ifNoneMatch = headers['if-none-match']
  const ifMatch = headers['if-match']
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw notImplemented("If-None-Match with anything but '*' on a write (nor does S3)")
  }
  if (ifMatch !== undefined && unquote(ifMatch) === '*') {
    throw notImplemented("If-Match with '*' on a write (nor does S3)")
  }
  if (ifNoneMatch !== undefined && ifMatch !== undefined) {
    throw notImplemented('If-Match and If-None-Match on one write (nor does S3)')
  }
  if (ifNoneMatch !== undefined) return { ifNoneMatch: '*' }
  return ifMatch === undefined ? {} : { ifMatch: unquote(ifMatch) }
}

/**
 * @param current - The object that would be replaced.
 * @throws {S3Error} `PreconditionFailed`, or `NoSuchKey` if `If-Match` is set but there is no
 *   object.
 */
export function checkWrite(
  conditions: WriteConditions,
  current: { readonly etag: string } | undefined,
): void {
  if (conditions.ifNoneMatch && current) throw preconditionFailed('If-None-Match')
  if (conditions.ifMatch === undefined) return
  if (!current) throw new S3Error('NoSuchKey')
  if (conditions.ifMatch !== '*' && conditions.ifMatch !== current.etag) {
    throw preconditionFailed('If-Match')
  }
}

/**
 * Evaluates the conditions in the order of RFC 9110 and S3: `If-Match` takes precedence over
 * `If-Unmodified-Since`, and `If-None-Match` over `If-Modified-Since`.
 *
 * @param now - If `If-Modified-Since` is later than this, it is ignored, as HTTP requires.
 * @param prefix - `x-amz-copy-source-` for the source of a copy.
 * @returns `unchanged` is true if the client already has the object, so that the response must be
 *   304.
 * @throws {S3Error} `PreconditionFailed`
 */
export function checkRead(
  headers: Readonly<Record<string, string>>,
  object: { readonly etag: string; readonly lastModifiedMs: number },
  now: Date,
  prefix = '',
): { readonly unchanged: boolean } {
  const modified = Math.floor(object.lastModifiedMs / 1000) * 1000
  const ifMatch = headers[`${prefix}if-match`]
  const unmodifiedSince = dateOf(headers[`${prefix}if-unmodified-since`])
  const ifNoneMatch = headers[`${prefix}if-none-match`]
  const modifiedSince = dateOf(headers[`${prefix}if-modified-since`])
  if (ifMatch !== undefined) {
    if (!listsEtag(ifMatch, object.etag)) throw preconditionFailed('If-Match')
  } else if (unmodifiedSince !== undefined && modified > unmodifiedSince) {
    throw preconditionFailed('If-Unmodified-Since')
  }
  const unchanged =
    ifNoneMatch !== undefined
      ? listsEtag(ifNoneMatch, object.etag)
      : modifiedSince !== undefined && modified <= modifiedSince && modifiedSince <= now.getTime()
  // A 304 response makes no sense for a copy, so the condition fails instead.
  if (unchanged && prefix !== '') {
    throw preconditionFailed(ifNoneMatch ? 'If-None-Match' : 'If-Modified-Since')
  }
  return { unchanged }
}

function preconditionFailed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', undefined, { Condition: condition })
}

function listsEtag(header: string, etag: string): boolean {
  return header.split(',').some((each) => each.trim() === '*' || unquote(each.trim()) === etag)
}

/** S3 accepts ETags with and without quotes. */
export function unquote(etag: string): string {
  return etag.replace(/^W\//, '').replace(/^"(.*)"$/, '$1')
}

/** Invalid dates are ignored, as HTTP requires. */
function dateOf(header: string | undefined): number | undefined {
  const time = header === undefined ? Number.NaN : Date.parse(header)
  return Number.isNaN(time) ? undefined : time
}
