/**
 * S3's multipart calls: create, list parts, complete, abort.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { childrenOf, S3_XMLNS, textOf, type XmlElement, xmlDocument } from 'waybill-s3/internal/xml'
import { callS3, type S3Answer, type S3Call } from './call-s3.ts'
import type { S3CallContext } from './s3-call-context.ts'

/** Identifies a multipart upload. S3 accepts the id only together with the key. */
export interface MultipartUpload {
  readonly key: string
  readonly uploadId: string
}

/** A part that S3 has stored. */
export interface StoredPart {
  readonly partNumber: number
  /** In bytes. */
  readonly size: number
  readonly etag: string
  /** In base64, if S3 has one. */
  readonly crc64nvme?: string
}

/** The state of an upload in S3. */
export interface PartList {
  /** In ascending order. */
  readonly parts: readonly StoredPart[]
  /**
   * Whether S3 calculates a CRC64NVME of the whole object and refuses to complete the upload with a
   * different one.
   */
  readonly declaresCrc64: boolean
}

/** The object that a multipart upload creates. */
export interface CreateMultipart {
  readonly key: string
  /** Content-Type, metadata, tags. */
  readonly headers: Readonly<Record<string, string>>
  /**
   * Whether no other upload can have this key. If so, uploads whose response was lost are aborted.
   * Otherwise they cannot be told from other uploads, and are left to the bucket's lifecycle rule.
   */
  readonly isKeyUnique: boolean
  /** Called with the error if cleaning up after a lost response fails. */
  readonly onError: (error: unknown) => void
}

/**
 * If declared, S3 calculates and returns the checksum of every part and of the object, and clients
 * need not send it. Only composite checksums must be sent with the parts.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 * @see https://github.com/versity/versitygw/issues/1342 – parts without a checksum are taken
 * @see https://github.com/versity/versitygw/issues/1547 – where none was declared, none may be kept
 */
const FULL_OBJECT_CHECKSUM = {
  'x-amz-checksum-algorithm': 'CRC64NVME',
  'x-amz-checksum-type': 'FULL_OBJECT',
}

/** Error codes of stores that do not support this checksum. */
const UNKNOWN_CHECKSUM: ReadonlySet<string> = new Set([
  'NotImplemented',
  'InvalidArgument',
  'InvalidRequest',
])

/** Creates a multipart upload and returns its id. */
export async function createMultipartUpload(
  context: S3CallContext,
  options: CreateMultipart,
): Promise<string> {
  try {
    return await create(context, options, FULL_OBJECT_CHECKSUM)
  } catch (error) {
    if (!(error instanceof S3Error && UNKNOWN_CHECKSUM.has(error.code))) throw error
    return create(context, options, {})
  }
}

async function create(
  context: S3CallContext,
  options: CreateMultipart,
  checksum: Readonly<Record<string, string>>,
): Promise<string> {
  const { key, headers } = options
  const createdAt = context.now()
  const { document } = await callS3(context, {
    method: 'POST',
    key,
    query: { uploads: '' },
    headers: { ...headers, ...checksum },
    onRetry: () => (options.isKeyUnique ? abortUnanswered(context, options, createdAt) : undefined),
  })
  const uploadId = document ? textOf(document, 'UploadId') : undefined
  if (uploadId) return uploadId
  if (options.isKeyUnique) await abortUnanswered(context, options, createdAt)
  throw new S3Error('InternalError', 'storage answered no upload id', {}, 502)
}

/** How far S3's clock may be behind ours. */
const CLOCK_SKEW_MS = 5_000

/**
 * Aborts uploads created by a call whose response was lost: all uploads under this key since then,
 * before another one is created. If the signer may not list uploads, that is left to the bucket's
 * lifecycle rule.
 */
async function abortUnanswered(
  context: S3CallContext,
  { key, onError }: CreateMultipart,
  createdAt: Date,
): Promise<void> {
  try {
    const query = { uploads: '', prefix: key }
    const { document } = await callS3(context, { method: 'GET', query })
    for (const upload of document ? childrenOf(document, 'Upload') : []) {
      const uploadId = textOf(upload, 'UploadId')
      const initiated = Date.parse(textOf(upload, 'Initiated') ?? '')
      const isOurs =
        textOf(upload, 'Key') === key && initiated >= createdAt.getTime() - CLOCK_SKEW_MS
      if (uploadId && isOurs) await abortMultipartUpload(context, { key, uploadId })
    }
  } catch (error) {
    onError(error)
  }
}

/** If an upload no longer exists, Ceph returns `NoSuchKey` and S3 returns `NoSuchUpload`. */
async function callUpload(context: S3CallContext, call: S3Call): Promise<S3Answer> {
  try {
    return await callS3(context, call)
  } catch (error) {
    if (!(error instanceof S3Error && error.code === 'NoSuchKey')) throw error
    throw new S3Error('NoSuchUpload', undefined, error.detail, error.status)
  }
}

/** Lists all stored parts. */
export async function listParts(
  context: S3CallContext,
  { key, uploadId }: MultipartUpload,
): Promise<PartList> {
  const parts: StoredPart[] = []
  let declaresCrc64 = false
  for (let marker = 0; ; ) {
    const query = { uploadId, 'max-parts': '1000', 'part-number-marker': String(marker) }
    const { document } = await callUpload(context, { method: 'GET', key, query })
    if (!document) throw new S3Error('InternalError', 'storage answered no list of parts', {}, 502)
    parts.push(...childrenOf(document, 'Part').map(readPart))
    declaresCrc64 =
      textOf(document, 'ChecksumAlgorithm') === 'CRC64NVME' &&
      textOf(document, 'ChecksumType') === 'FULL_OBJECT'
    const next = Number(textOf(document, 'NextPartNumberMarker'))
    if (textOf(document, 'IsTruncated') !== 'true' || !(next > marker)) break
    marker = next
  }
  return { parts: parts.sort((a, b) => a.partNumber - b.partNumber), declaresCrc64 }
}

function readPart(element: XmlElement): StoredPart {
  const crc64nvme = textOf(element, 'ChecksumCRC64NVME')
  return {
    partNumber: Number(textOf(element, 'PartNumber')),
    size: Number(textOf(element, 'Size')),
    etag: textOf(element, 'ETag') ?? '',
    ...(crc64nvme ? { crc64nvme } : {}),
  }
}

/** Completing can take long: S3 assembles one object from thousands of parts. */
const COMPLETE_TIME_FACTOR = 6

/**
 * Completes a multipart upload: S3 assembles the object from its parts.
 *
 * @param headers - Conditions (`if-none-match`, `x-amz-mp-object-size`) and the object's checksum,
 *   if the store supports them.
 */
export async function completeMultipartUpload(
  context: S3CallContext,
  { key, uploadId }: MultipartUpload,
  parts: readonly StoredPart[],
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const body = xmlDocument({
    name: 'CompleteMultipartUpload',
    attributes: { xmlns: S3_XMLNS },
    children: parts.map(({ partNumber, etag }) => ({
      name: 'Part',
      children: [
        { name: 'PartNumber', text: String(partNumber) },
        { name: 'ETag', text: etag },
      ],
    })),
  })
  await callUpload(context, {
    method: 'POST',
    key,
    query: { uploadId },
    headers: { 'content-type': 'application/xml', ...headers },
    body,
    timeoutMs: context.requestTimeoutMs * COMPLETE_TIME_FACTOR,
  })
}

/** Aborts a multipart upload. Succeeds even if the upload no longer exists. */
export async function abortMultipartUpload(
  context: S3CallContext,
  { key, uploadId }: MultipartUpload,
): Promise<void> {
  try {
    await callUpload(context, { method: 'DELETE', key, query: { uploadId } })
  } catch (error) {
    if (!(error instanceof S3Error && error.code === 'NoSuchUpload')) throw error
  }
}
