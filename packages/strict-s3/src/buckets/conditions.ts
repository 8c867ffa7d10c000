/**
 * The `If-*` headers of reads and writes.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
 * @module
 */

import { S3Error } from 'waybill-s3'

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
 * @throws {S3Error} `NotImplemented`, like S3, for an ETag in `if-none-match`, `*` in `if-match`, or
 *   both conditions.
 */
export function writeConditions(values: Readonly<Record<string, string>>): WriteConditions {
  const ifNoneMatch = values['if-none-match']
  const ifMatch = values['if-match']
  if (ifNoneMatch !== undefined && ifMatch !== undefined) {
    throw new S3Error('NotImplemented', undefined, {
      Header: 'If-Match,If-None-Match',
      additionalMessage: 'Multiple conditional request headers present in the request',
    })
  }
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') throw refusedCondition('If-None-Match')
  if (ifMatch !== undefined && unquote(ifMatch) === '*') throw refusedCondition('If-Match')
  if (ifNoneMatch !== undefined) return { ifNoneMatch: '*' }
  return ifMatch === undefined ? {} : { ifMatch: unquote(ifMatch) }
}

function refusedCondition(header: string): S3Error {
  return new S3Error('NotImplemented', undefined, {
    Header: header,
    additionalMessage: `We don't accept the provided value of ${header} header for this API`,
  })
}

/**
 * @param current - The object that would be replaced.
 * @throws {S3Error} `PreconditionFailed`, or `NoSuchKey` if `If-Match` is set but there is no
 *   object.
 */
export function checkWrite(
  conditions: WriteConditions,
  key: string,
  current: { readonly etag: string } | undefined,
): void {
  if (conditions.ifNoneMatch && current) throw preconditionFailed('If-None-Match')
  if (conditions.ifMatch === undefined) return
  if (!current) throw new S3Error('NoSuchKey', undefined, { Key: key })
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
  const failed = (condition: string) => preconditionFailed(prefix + condition)
  const modified = Math.floor(object.lastModifiedMs / 1000) * 1000
  const ifMatch = headers[`${prefix}if-match`]
  const unmodifiedSince = dateOf(headers[`${prefix}if-unmodified-since`])
  const ifNoneMatch = headers[`${prefix}if-none-match`]
  const modifiedSince = dateOf(headers[`${prefix}if-modified-since`])
  if (ifMatch !== undefined) {
    if (!listsEtag(ifMatch, object.etag)) throw failed('If-Match')
  } else if (unmodifiedSince !== undefined && modified > unmodifiedSince) {
    throw failed('If-Unmodified-Since')
  }
  const unchanged =
    ifNoneMatch !== undefined
      ? listsEtag(ifNoneMatch, object.etag)
      : modifiedSince !== undefined && modified <= modifiedSince && modifiedSince <= now.getTime()
  // A 304 response makes no sense for a copy, so the condition fails instead.
  if (unchanged && prefix !== '') {
    throw failed(ifNoneMatch ? 'If-None-Match' : 'If-Modified-Since')
  }
  return { unchanged }
}

/** The condition held at first, but another write or delete came in between. */
export function writeConflict({ ifNoneMatch }: WriteConditions, key: string): S3Error {
  return new S3Error('ConditionalRequestConflict', undefined, {
    Condition: ifNoneMatch ? 'If-None-Match' : 'If-Match',
    Key: key,
  })
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
