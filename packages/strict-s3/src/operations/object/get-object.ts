/**
 * GetObject and HeadObject.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { checkRead, unquote } from '../../buckets/conditions.ts'
import type { ObjectRecord } from '../../storage/records.ts'
import { type Answer, emptyAnswer } from '../../message/response.ts'
import { queryOf, type S3Request } from '../../message/request.ts'
import { expirationHeader } from '../../lifecycle/lifecycle-headers.ts'
import { bucketOf, type Call, keyOf } from '../call.ts'
import { type ByteRange, parseRange } from './byte-range.ts'
import { checksumHeaders, objectHeaders, readVersionHeader } from './object-headers.ts'
import { refuseCustomerKey } from './unsupported-headers.ts'

/** GetObject: returns an object, or a range or a part of it. */
export async function getObject(call: Call): Promise<Answer> {
  const bucket = bucketOf(call)
  const record = bucket.current(keyOf(call), queryOf(call.request, 'versionId'))
  const { headers, range, status } = describe(call, record)
  if (status === 304) return emptyAnswer(304, headers)
  const object = await call.service.store.storage.openObject(bucket.name, record)
  return {
    status,
    headers,
    body: async (write) => {
      try {
        await object.copyTo(write, range.start, range.end)
      } finally {
        await object.close()
      }
    },
  }
}

/** HeadObject: returns the headers of GetObject. */
export function headObject(call: Call): Answer {
  const record = bucketOf(call).current(keyOf(call), queryOf(call.request, 'versionId'))
  const { headers, status } = describe(call, record)
  return { status, headers }
}

function describe(call: Call, record: ObjectRecord) {
  const { request } = call
  refuseCustomerKey(request.headers)
  const bucket = bucketOf(call)
  if (checkRead(request.headers, record, call.service.now()).unchanged) {
    const { 'content-type': _, ...headers } = objectHeaders(record)
    return { headers, range: { start: 0, end: 0 }, status: 304 }
  }
  const part = partRange(request, record)
  const range =
    part ??
    (ifRangeHolds(request, record) ? parseRange(request.headers.range, record.size) : undefined)
  const { start, end } = range ?? { start: 0, end: record.size }
  const headers: Record<string, string> = {
    ...objectHeaders(record),
    ...readVersionHeader(bucket, record),
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
 * Finds the checksum for a response. A range has none, because the checksum is of the whole object.
 * A part has its own if the object's checksum is composite, and that of the object if it is the
 * only part.
 *
 * @see https://github.com/localstack/localstack/pull/12842 – seen on AWS
 */
function checksumOf(
  request: S3Request,
  { checksum, parts = [] }: ObjectRecord,
  range: ByteRange | undefined,
): Record<string, string> {
  if (!range) return checksumHeaders(checksum)
  const partNumber = queryOf(request, 'partNumber')
  if (partNumber === undefined) return {}
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
  if (!/^\d+$/.test(text) || partNumber < 1 || partNumber > 10_000) {
    throw new S3Error(
      'InvalidArgument',
      'Part number must be an integer between 1 and 10000, inclusive',
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

/**
 * Tells whether `If-Range` allows the range: only if the object has not changed since the client
 * got the rest.
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

/**
 * Reads the `response-…` query parameters. Only signed requests may change response headers.
 */
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
