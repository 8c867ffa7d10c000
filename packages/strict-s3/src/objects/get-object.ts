/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { LIMITS } from 'waybill-s3/internal/multipart-limits'
import { checkRead, unquote } from '../buckets/conditions.ts'
import type { ObjectRecord } from '../buckets/records.ts'
import { refuseKeyFor } from '../encryption/customer-key.ts'
import { expirationHeader } from '../lifecycle/expiry.ts'
import { queryOf, type S3Request } from '../message/request.ts'
import { emptyResponse, type S3Response } from '../message/response.ts'
import { lockHeaders } from '../object-lock/lock-permissions.ts'
import type { Call, ObjectCall } from '../operations/call.ts'
import { checksumHeaders, objectHeaders, readVersionHeader } from './object-headers.ts'

export async function getObject(call: ObjectCall): Promise<S3Response> {
  const { bucket, service } = call
  const record = requestedVersion(call)
  const { headers, range, status } = describe(call, record)
  if (status === 304) return emptyResponse(304, headers)
  const { storage } = service.store
  const body = await storage.readObject(bucket.name, record, range.start, range.end)
  return { status, headers, body }
}

export function headObject(call: ObjectCall): S3Response {
  const { headers, status } = describe(call, requestedVersion(call))
  return emptyResponse(status, headers)
}

function requestedVersion({ bucket, key, request }: ObjectCall): ObjectRecord {
  return bucket.current(key, queryOf(request, 'versionId'))
}

/** GetObject and HeadObject respond with the same status and headers. */
function describe(call: ObjectCall, record: ObjectRecord) {
  const { request, bucket } = call
  refuseKeyFor('object', record.encryption, request.values)
  if (checkRead(request.headers, record, call.service.now()).unchanged) {
    const { 'content-type': _, ...headers } = objectHeaders(record)
    return { headers, range: { start: 0, end: 0 }, status: 304 }
  }
  const part = partRange(request, record)
  const range =
    part ??
    (ifRangeHolds(request, record) ? parseRange(request.headers.range, record.size) : undefined)
  const { start, end } = range ?? { start: 0, end: record.size }
  call.notes.size = end - start
  const headers: Record<string, string> = {
    ...objectHeaders(record),
    ...readVersionHeader(bucket, record),
    ...lockHeaders(call, record),
    ...(queryOf(request, 'versionId') === undefined ? expirationHeader(bucket, record) : {}),
    ...overrides(call),
    'content-length': String(end - start),
  }
  if (range) headers['content-range'] = `bytes ${start}-${end - 1}/${record.size}`
  if (part && record.parts) headers['x-amz-mp-parts-count'] = String(record.parts.length)
  if (request.headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED') {
    Object.assign(headers, checksumOf(request, record, range))
  }
  return { headers, range: { start, end }, status: range ? 206 : 200 }
}

/**
 * The response has checksum headers only if it contains the whole object.
 * For a part of an object with a composite checksum, S3 sends the part's own checksum. For a
 * full-object checksum, S3 sends the object's checksum if there is only one part.
 *
 * @see https://github.com/localstack/localstack/pull/12842 – seen on AWS
 */
function checksumOf(
  request: S3Request,
  { checksum, size, parts = [] }: ObjectRecord,
  range: ByteRange | undefined,
): Record<string, string> {
  const partNumber = queryOf(request, 'partNumber')
  if (partNumber === undefined) {
    const isWhole = !range || (range.start === 0 && range.end === size)
    return isWhole ? checksumHeaders(checksum) : {}
  }
  if (checksum?.type === 'FULL_OBJECT') return parts.length > 1 ? {} : checksumHeaders(checksum)
  const part = parts[Number(partNumber) - 1]
  return part ? checksumHeaders({ ...part.checksum, type: 'COMPOSITE' }) : {}
}

/**
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-multipart-upload-part-number.html
 */
function partRange(request: S3Request, record: ObjectRecord): ByteRange | undefined {
  const text = queryOf(request, 'partNumber')
  if (text === undefined) return undefined
  if (request.headers.range !== undefined) {
    throw new S3Error(
      'InvalidRequest',
      'Cannot specify both Range header and partNumber query parameter',
    )
  }
  const partNumber = Number(text)
  if (!/^\d+$/.test(text) || partNumber < 1 || partNumber > LIMITS.maxParts) {
    throw new S3Error(
      'InvalidArgument',
      `Part number must be an integer between 1 and ${LIMITS.maxParts}, inclusive`,
      { ArgumentName: 'partNumber', ArgumentValue: text },
    )
  }
  const parts = record.parts ?? [{ partNumber: 1, size: record.size }]
  let start = 0
  for (const [index, part] of parts.entries()) {
    if (index + 1 === partNumber) return { start, end: start + part.size }
    start += part.size
  }
  throw new S3Error(
    'InvalidPartNumber',
    'The requested partnumber is not satisfiable',
    { PartNumberRequested: text, ActualPartCount: String(parts.length) },
    416,
  )
}

/** The bytes from `start` up to but not including `end`. */
interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * @param header - `bytes=0-99`, `bytes=100-` or `bytes=-100`.
 * @returns `undefined` for a header that S3 ignores: an invalid one, or one with another unit or
 *   several ranges.
 * @throws {S3Error} `InvalidRange` if no byte of the object is in the range.
 */
function parseRange(header: string | undefined, size: number): ByteRange | undefined {
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

/**
 * With `If-Range`, S3 sends the whole object if it has changed since the client received a part of
 * it.
 */
function ifRangeHolds(request: S3Request, record: ObjectRecord): boolean {
  const condition = request.headers['if-range']
  if (condition === undefined) return true
  if (unquote(condition) === record.etag) return true
  return Date.parse(condition) >= Math.floor(record.lastModifiedMs / 1000) * 1000
}

const OVERRIDES = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
]

/** Signed requests can override response headers with `response-…` query parameters. */
function overrides({ request, identity }: Call): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name of OVERRIDES) {
    const value = queryOf(request, `response-${name}`)
    if (value === undefined) continue
    if (!identity.credentials) {
      throw new S3Error(
        'InvalidRequest',
        'Request specific response headers cannot be used for anonymous GET requests.',
      )
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they would end the header line
    if (/[\x00-\x1f\x7f]|[^\x00-\xff]/.test(value)) {
      throw new S3Error('InvalidArgument', 'Header value cannot be represented using ISO-8859-1.', {
        ArgumentName: `response-${name}`,
        ArgumentValue: value,
      })
    }
    headers[name] = value
  }
  return headers
}
