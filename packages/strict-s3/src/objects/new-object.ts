/**
 * Reads a new object's headers, metadata, tags and storage class from a request.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import { LIMITS } from 'waybill-s3/internal/multipart-limits'
import { refuseSharedAcl } from '../acl/requested-acl.ts'
import type { Amendable, BucketRecord, SystemHeaders } from '../buckets/records.ts'
import { refuseUnsupportedHeaders } from '../message/refusal.ts'
import type { S3Request } from '../message/request.ts'
import { LEGAL_HOLD_HEADER, MODE_HEADER } from '../object-lock/requested-lock.ts'
import type { NeededPermission } from '../operations/call.ts'
import { parseTagHeader } from '../tags/tags.ts'
import { decodeWords } from './encoded-word.ts'
import { METADATA_PREFIX } from './object-headers.ts'
import { type Classed, requestedClass } from './storage-class.ts'

/** This server has no website endpoints. It only stores and returns the location. */
export const REDIRECT_HEADER = 'x-amz-website-redirect-location'

const SYSTEM_HEADERS = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
  REDIRECT_HEADER,
]

/** Headers that need a permission of their own, in addition to `PutObject`. */
const PERMISSIONS = [
  ['x-amz-tagging', 'PutObjectTagging'],
  [MODE_HEADER, 'PutObjectRetention'],
  [LEGAL_HOLD_HEADER, 'PutObjectLegalHold'],
] as const

/**
 * @param values - Headers or form fields, with names in lower case.
 * @throws {S3Error} `AccessDenied`
 */
export function authorizeHeaders(
  values: Readonly<Record<string, string>>,
  authorize: (permission: NeededPermission) => void,
): void {
  for (const [header, permission] of PERMISSIONS) if (values[header]) authorize(permission)
}

const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]*$/

export interface ObjectDescription extends Classed, Pick<Amendable, 'tags'> {
  readonly headers: SystemHeaders
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * @param values - Headers or form fields, with names in lower case.
 * @throws {S3Error} `MetadataTooLarge`, `InvalidTag`, `AccessControlListNotSupported`,
 *   `InvalidStorageClass`, `InvalidRedirectLocation`, `NotImplemented`, and others if the ACL is
 *   invalid or not allowed.
 */
export function describeObject(
  values: Readonly<Record<string, string>>,
  bucket: BucketRecord,
): ObjectDescription {
  refuseSharedAcl(values, bucket)
  refuseUnsupportedHeaders(values)
  const headers: Record<string, string> = {}
  for (const name of SYSTEM_HEADERS) {
    const value = name === 'content-encoding' ? withoutChunked(values[name]) : values[name]
    if (value) headers[name] = value
  }
  headers['content-type'] ??= 'binary/octet-stream'
  checkRedirect(headers[REDIRECT_HEADER])
  return {
    headers,
    metadata: readMetadata(values),
    tags: parseTagHeader(values['x-amz-tagging']),
    ...requestedClass(values),
  }
}

/**
 * Like `describeObject`, for headers instead of form fields. S3 reads headers as Latin-1, which
 * garbles UTF-8, and decodes RFC 2047 encoded words in metadata.
 */
export function describeRequest(
  { headers, values }: Pick<S3Request, 'headers' | 'values'>,
  bucket: BucketRecord,
): ObjectDescription {
  const read = Object.entries(values).map(([name, value]) => {
    const isMetadata = name.startsWith(METADATA_PREFIX)
    if (!isMetadata && !SYSTEM_HEADERS.includes(name)) return [name, value]
    const text = headers[name] === undefined ? value : Buffer.from(value).toString('latin1')
    return [name, isMetadata ? decodeWords(text) : text]
  })
  return describeObject(Object.fromEntries(read), bucket)
}

/** @see https://github.com/scality/Arsenal/pull/212 – AWS's message */
function checkRedirect(location: string | undefined): void {
  if (location === undefined || /^(?:\/|https?:\/\/)/.test(location)) return
  throw new S3Error(
    'InvalidRedirectLocation',
    "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
    {},
    400,
  )
}

function readMetadata(values: Readonly<Record<string, string>>): Record<string, string> {
  const metadata = Object.entries(values)
    .filter(([name]) => name.startsWith(METADATA_PREFIX))
    .map(([name, value]) => [name.slice(METADATA_PREFIX.length), value] as const)
  let size = 0
  for (const [name, value] of metadata) {
    // A form field can have any name, but metadata is returned as headers.
    if (!HEADER_NAME.test(name)) {
      throw new S3Error('InvalidArgument', 'Metadata cannot be represented as a header.', {
        ArgumentName: METADATA_PREFIX + name,
      })
    }
    size += Buffer.byteLength(name) + Buffer.byteLength(value)
  }
  if (size > LIMITS.maxMetadataSize) {
    throw new S3Error('MetadataTooLarge', undefined, {
      Size: String(size),
      MaxSizeAllowed: String(LIMITS.maxMetadataSize),
    })
  }
  return Object.fromEntries(metadata)
}

/** `aws-chunked` describes the transfer, not the object. */
function withoutChunked(encoding: string | undefined): string | undefined {
  const parts = encoding?.split(',').filter((each) => each.trim() !== 'aws-chunked')
  return parts?.join(',').trim()
}
