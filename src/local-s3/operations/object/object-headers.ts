/**
 * The headers that come with an object and are given back with it, and those that ask for more than
 * this server has.
 *
 * @module
 */

import { S3Error } from '../../../s3/index.ts'
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
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const MAX_METADATA = 2048

export interface DescribedObject {
  readonly headers: SystemHeaders
  readonly metadata: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
}

/**
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
    // A form may name anything, but only a header can give it back.
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

/** `aws-chunked` is of the transfer, not of the object; what is left is left as it was written. */
function withoutChunked(encoding: string | undefined): string | undefined {
  const parts = encoding?.split(',').filter((each) => each.trim() !== 'aws-chunked')
  return parts?.join(',').trim()
}

/** @returns The headers of an answer about an object, without its length. */
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

/** S3 gives text beyond ASCII back as RFC 2047 encoded words. */
function encodedWord(value: string): string {
  if (!/[^\t\x20-\x7e]/.test(value)) return value
  return `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`
}

const UNSUPPORTED =
  /^x-amz-(?:object-lock-|server-side-encryption-customer-|website-redirect-location$|bucket-object-lock|bucket-namespace$|write-offset-bytes$|mfa$)/

/**
 * Refuses what would otherwise be a false success.
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
 * No object here is encrypted with a key of the client's: who sends one is told so.
 *
 * @param prefix - `x-amz-copy-source-` for the source of a copy.
 * @throws {S3Error} `InvalidRequest`
 * @see https://github.com/boto/boto3/issues/982 – S3's words for it
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
