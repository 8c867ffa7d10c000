/**
 * Conditional requests: what `If-*` headers ask of an object, reading and writing.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
 * @module
 */

import { S3Error } from '../../s3/index.ts'
import { notImplemented } from '../http/not-implemented.ts'

/** What must hold of the object that a write would replace. */
export interface WriteConditions {
  /** The key must not exist. */
  readonly ifNoneMatch?: '*'
  /** The current object must have this ETag, without quotes; `*` is any object. */
  readonly ifMatch?: string
  /** What the key held when the write began, as `Bucket.sequenceOf` says: it must still hold that. */
  readonly found?: number
}

/**
 * @param headers - `if-match`, `if-none-match` of a PUT, a copy or a completion.
 * @throws {S3Error} `NotImplemented`, as S3 itself: an ETag not to match, `*` to match, both at once.
 */
export function writeConditions(headers: Readonly<Record<string, string>>): WriteConditions {
  const ifNoneMatch = headers['if-none-match']
  const ifMatch = headers['if-match']
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw notImplemented("If-None-Match with anything but '*' on a write (S3 neither)")
  }
  if (ifMatch !== undefined && unquote(ifMatch) === '*') {
    throw notImplemented("If-Match with '*' on a write (S3 neither)")
  }
  if (ifNoneMatch !== undefined && ifMatch !== undefined) {
    throw notImplemented('If-Match and If-None-Match on one write (S3 neither)')
  }
  if (ifNoneMatch !== undefined) return { ifNoneMatch: '*' }
  return ifMatch === undefined ? {} : { ifMatch: unquote(ifMatch) }
}

/** @returns The condition of a DELETE, where `*` is any object. */
export function deleteConditions(headers: Readonly<Record<string, string>>): WriteConditions {
  const ifMatch = headers['if-match']
  return ifMatch === undefined ? {} : { ifMatch: unquote(ifMatch) }
}

/**
 * @param current - The object that is there.
 * @throws {S3Error} `PreconditionFailed`; `NoSuchKey` when `If-Match` finds nothing.
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
 * RFC 9110's order, as S3 documents it: `If-Match` wins over `If-Unmodified-Since`, `If-None-Match` over
 * `If-Modified-Since`.
 *
 * @param now - A date after it is no date, as HTTP says.
 * @param prefix - `x-amz-copy-source-` for the source of a copy.
 * @returns Whether the client has the object already, which S3 answers with 304.
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
  // The source of a copy is not the client's to have cached.
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

/** S3 compares ETags whether or not they are quoted. */
export function unquote(etag: string): string {
  return etag.replace(/^W\//, '').replace(/^"(.*)"$/, '$1')
}

/** A date that cannot be read is as good as none, as HTTP says. */
function dateOf(header: string | undefined): number | undefined {
  const time = header === undefined ? Number.NaN : Date.parse(header)
  return Number.isNaN(time) ? undefined : time
}
