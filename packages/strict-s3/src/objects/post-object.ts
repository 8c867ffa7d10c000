/**
 * PostObject: stores a file from an HTML form, if its signed policy allows it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 * @module
 */

import { checkPolicy, checkSize, parsePolicy, type SizeRange, uriEncodePath } from 'waybill-s3'
import { uriEncode } from 'waybill-s3/internal/encoding'
import { MAX_SINGLE_UPLOAD_SIZE } from 'waybill-s3/internal/multipart-limits'
import { type XmlElement, xmlDocument } from 'waybill-s3/internal/xml'
import { isAmong, refuseForeignPage } from '../access/foreign-page.ts'
import type { Identity, PagesFrom } from '../auth/identity.ts'
import { authenticatePost, missingField } from '../auth/post-signature.ts'
import { parseDocument } from '../body/document.ts'
import { incomingBody } from '../body/incoming-body.ts'
import { readPostForm } from '../body/post-form.ts'
import { receive } from '../body/receive.ts'
import type { Bucket } from '../buckets/bucket.ts'
import type { BucketRecord, ObjectRecord } from '../buckets/records.ts'
import { formChecksumDemand } from '../checksums/checksum-demand.ts'
import { requestedEncryption } from '../encryption/requested-encryption.ts'
import { checkKeyLength, type S3Request } from '../message/request.ts'
import { emptyResponse, type S3Response, text } from '../message/response.ts'
import { created } from '../notifications/object-change.ts'
import { requestedLock } from '../object-lock/requested-lock.ts'
import type { BucketCall, Service } from '../operations/call.ts'
import { parseTagging } from '../tags/tags.ts'
import { authorizeHeaders, describeObject, type ObjectDescription } from './new-object.ts'
import { etagAndChecksum, writtenHeaders } from './object-headers.ts'

export async function postObject(call: BucketCall): Promise<S3Response> {
  const { request, service, bucket } = call
  const pages = { ...service, pagesFrom: pagesOfAnyKeyPair(service) }
  refuseForeignPage(request, bucket.record.cors, pages)
  const body = incomingBody(request, { kind: 'unsigned' }, Number.MAX_SAFE_INTEGER)
  const { fields, file } = await readPostForm(request.headers['content-type'] ?? '', body.chunks)
  const key = keyOfForm(fields)
  call.notes.formKey = key
  const identity = await authenticatePost(fields, service)
  const range = allowedSizes(fields, bucket.name, identity, service.now())
  const values = valuesOf(fields)
  const source = { values, secure: request.secure }
  const encryption = requestedEncryption(source, bucket.record.encryption, service.region)
  const lock = requestedLock(values, bucket.record.objectLock, service.now())
  const described = { ...describeForm(values, bucket.record), ...encryption, ...lock }
  const { tags } = described
  const target = { bucket, key, tags }
  const asked = { identity, request: withFields(request, values) }
  call.authorize('PostObject', target, asked)
  authorizeHeaders(values, (needed) => call.authorize(needed, target, asked))
  if (values.tagging) call.authorize('PutObjectTagging', target, asked)
  const record = await receive(
    {
      storage: service.store.storage,
      chunks: file,
      demand: formChecksumDemand(values),
      checkSize: (size, complete) => checkSize(size, range, complete),
    },
    ({ draft, size, digests }) =>
      bucket.put(
        { key, size, ...described, ...etagAndChecksum(digests, described.encryption) },
        draft,
      ),
  )
  call.notes.size = record.size
  service.announcer.announce(created({ bucket, request, identity }, record, 'Post'))
  return createdResponse(request, fields, writtenHeaders(bucket, record), bucket, record)
}

/** The form itself names the key pair, so before it is read, the pages of each are possible. */
function pagesOfAnyKeyPair({ pagesFrom, credentials }: Service): PagesFrom {
  const lists = [pagesFrom, ...credentials.map((each) => each.pagesFrom ?? [])]
  return (origin) => lists.some((each) => isAmong(each, origin))
}

/** Gives the field `acl` the name of its header. A header `acl` has no effect in other requests. */
function valuesOf(fields: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const { acl, ...values } = Object.fromEntries(fields)
  return acl === undefined ? values : { ...values, 'x-amz-acl': acl }
}

/**
 * Returns the request for which the bucket policy is evaluated. Its `x-amz-*` headers come from
 * form fields, because the actual headers and query parameters are not signed. A form cannot be a
 * conditional write.
 */
function withFields(request: S3Request, values: Readonly<Record<string, string>>): S3Request {
  const isAmz = ([name]: readonly [string, string]) => name.startsWith('x-amz-')
  const { 'if-match': _, 'if-none-match': __, ...unconditional } = request.headers
  const others = Object.entries(unconditional).filter((header) => !isAmz(header))
  const fields = Object.entries(values).filter(isAmz)
  const headers = Object.fromEntries([...others, ...fields])
  return { ...request, query: [], headers, values: headers }
}

function keyOfForm(fields: ReadonlyMap<string, string>): string {
  const key = fields.get('key')
  if (!key) throw missingField('key')
  checkKeyLength(key)
  return key
}

/** @returns The sizes that the policy allows, or S3's limits if there is no policy. */
function allowedSizes(
  fields: ReadonlyMap<string, string>,
  bucket: string,
  identity: Identity,
  now: Date,
): SizeRange {
  const encoded = fields.get('policy')
  if (!identity.credentials || encoded === undefined) return { min: 0, max: MAX_SINGLE_UPLOAD_SIZE }
  const policy = parsePolicy(encoded)
  // S3 treats the addressed bucket as a form field
  // (https://github.com/aws/aws-sdk-php/issues/3292).
  return checkPolicy(policy, new Map([...fields, ['bucket', bucket]]), now)
}

/**
 * The form field `tagging` is XML, unlike the `x-amz-tagging` header. S3 ignores XML with another
 * root element.
 */
function describeForm(
  values: Readonly<Record<string, string>>,
  bucket: BucketRecord,
): ObjectDescription {
  const described = describeObject(values, bucket)
  const { tagging } = values
  return tagging ? { ...described, tags: parseTaggingField(parseDocument(tagging)) } : described
}

function parseTaggingField(root: XmlElement): ObjectDescription['tags'] {
  return root.name === 'Tagging' ? parseTagging(root) : {}
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-HTTPPOSTForms.html */
function createdResponse(
  request: S3Request,
  fields: ReadonlyMap<string, string>,
  written: Readonly<Record<string, string>>,
  bucket: Bucket,
  record: ObjectRecord,
): S3Response {
  const etag = `"${record.etag}"`
  const redirect = fields.get('success_action_redirect') ?? fields.get('redirect')
  // S3 ignores invalid redirects.
  if (redirect !== undefined && URL.canParse(redirect)) {
    const url = new URL(redirect)
    for (const [name, value] of Object.entries({ bucket: bucket.name, key: record.key, etag })) {
      url.searchParams.append(name, value)
    }
    return emptyResponse(303, { location: url.href })
  }
  const origin = `${request.secure ? 'https' : 'http'}://${request.headers.host ?? ''}`
  const base = request.path === '/' ? origin : `${origin}/${bucket.name}`
  const headers = {
    ...written,
    location: `${base}/${uriEncodePath(record.key)}`,
  }
  const status = fields.get('success_action_status')
  if (status === '200') return emptyResponse(200, headers)
  if (status !== '201') return emptyResponse(204, headers)
  const body = xmlDocument({
    name: 'PostResponse',
    children: [
      text('Location', `${base}/${uriEncode(record.key)}`),
      text('Bucket', bucket.name),
      text('Key', record.key),
      text('ETag', etag),
    ],
  })
  return { status: 201, headers: { ...headers, 'content-type': 'application/xml' }, body }
}
