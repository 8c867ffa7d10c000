/**
 * The headers that are stored and returned with an object, and those for features that this server
 * does not have.
 *
 * @module
 */

import { S3Error } from '../../../s3/s3-error.ts'
import type { ObjectRecord, SystemHeaders } from '../../buckets/records.ts'
import { parseTagHeader } from '../../buckets/tags.ts'
import { encryptionHeaders } from '../../encryption/encryption.ts'
import { notImplemented } from '../../http/not-implemented.ts'
import { refuseObjectAcl } from '../acl.ts'

const SYSTEM_HEADERS = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
]

const META = 'x-amz-meta-'
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]*$/
/** Bytes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const MAX_METADATA = 2048

/** Headers, metadata and tags of a new object. */
export interface DescribedObject {
  readonly headers: SystemHeaders
  readonly metadata: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
}

/**
 * Reads headers, metadata and tags of a new object.
 *
 * @param values - Headers or form fields, names in lower case.
 * @throws {S3Error} `MetadataTooLarge`, `InvalidTag`, `AccessControlListNotSupported`,
 *   `NotImplemented`
 */
export function describeObject(values: Readonly<Record<string, string>>): DescribedObject {
  refuseObjectAcl(values)
  refuseUnsupported(values)
  const headers: Record<string, string> = {}
  for (const name of SYSTEM_HEADERS) {
    const value = name === 'content-encoding' ? withoutChunked(values[name]) : values[name]
    if (value) headers[name] = value
  }
  headers['content-type'] ??= 'binary/octet-stream'
  return { headers, metadata: readMetadata(values), tags: parseTagHeader(values['x-amz-tagging']) }
}

function readMetadata(values: Readonly<Record<string, string>>): Record<string, string> {
  const metadata = Object.entries(values)
    .filter(([name]) => name.startsWith(META))
    .map(([name, value]) => [name.slice(META.length), value] as const)
  let size = 0
  for (const [name, value] of metadata) {
    // A form field may have any name, but the metadata must be returned as a header.
    if (!HEADER_NAME.test(name)) {
      throw new S3Error('InvalidArgument', 'Metadata cannot be represented as a header.', {
        ArgumentName: META + name,
      })
    }
    size += Buffer.byteLength(name) + Buffer.byteLength(value)
  }
  if (size > MAX_METADATA) {
    throw new S3Error('MetadataTooLarge', undefined, {
      Size: String(size),
      MaxSizeAllowed: String(MAX_METADATA),
    })
  }
  return Object.fromEntries(metadata)
}

/**
 * Removes `aws-chunked`, which belongs to the transfer and not to the object. The rest is not
 * changed.
 */
function withoutChunked(encoding: string | undefined): string | undefined {
  const parts = encoding?.split(',').filter((each) => each.trim() !== 'aws-chunked')
  return parts?.join(',').trim()
}

/** Makes the headers of a response about an object, without its length. */
export function objectHeaders(record: ObjectRecord): Record<string, string> {
  const headers: Record<string, string> = {
    ...Object.fromEntries(
      Object.entries(record.headers).map(([name, value]) => [name, encodedWord(value)]),
    ),
    etag: `"${record.etag}"`,
    'last-modified': new Date(record.lastModifiedMs).toUTCString(),
    'accept-ranges': 'bytes',
    ...encryptionHeaders(record.encryption),
  }
  for (const [name, value] of Object.entries(record.metadata)) {
    headers[META + name] = encodedWord(value)
  }
  const tagCount = Object.keys(record.tags).length
  if (tagCount > 0) headers['x-amz-tagging-count'] = String(tagCount)
  return headers
}

/** Encodes text that is not ASCII as RFC 2047 encoded words, as S3 does. */
function encodedWord(value: string): string {
  if (!/[^\t\x20-\x7e]/.test(value)) return value
  return `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`
}

const UNSUPPORTED =
  /^x-amz-(?:object-lock-|server-side-encryption-customer-|website-redirect-location$|bucket-object-lock|bucket-namespace$|write-offset-bytes$|mfa$)/

/**
 * Refuses headers that would otherwise be ignored, so that success is never wrong.
 *
 * @throws {S3Error} `NotImplemented`
 */
export function refuseUnsupported(values: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(values)) {
    if (UNSUPPORTED.test(name)) throw notImplemented(`the header ${name}`)
  }
  const storageClass = values['x-amz-storage-class']
  if (storageClass !== undefined && storageClass !== 'STANDARD') {
    throw notImplemented(`x-amz-storage-class: ${storageClass}`)
  }
}

/**
 * Refuses customer-provided keys: no object on this server is encrypted with one.
 *
 * @param prefix - `x-amz-copy-source-` for the source of a copy.
 * @throws {S3Error} `InvalidRequest`
 * @see https://github.com/boto/boto3/issues/982 – the message of S3
 */
export function refuseCustomerKey(
  headers: Readonly<Record<string, string>>,
  prefix = 'x-amz-',
): void {
  const name = `${prefix}server-side-encryption-customer-`
  if (!Object.keys(headers).some((each) => each.startsWith(name))) return
  throw new S3Error(
    'InvalidRequest',
    'The encryption parameters are not applicable to this object.',
  )
}
