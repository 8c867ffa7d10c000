/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { childrenOf, S3_XMLNS, textOf, type XmlElement, xmlDocument } from 'waybill-s3/internal/xml'
import { callS3, hasRoot, isDeletion, type S3Call, type S3Response } from './call-s3.ts'
import type { S3CallContext } from './s3-call-context.ts'
import { StorageUnavailable } from './storage-unavailable.ts'

/** S3 accepts an upload id only together with its key. */
export interface MultipartUpload {
  readonly key: string
  readonly uploadId: string
}

export interface StoredPart {
  readonly partNumber: number
  /** In bytes. */
  readonly size: number
  readonly etag: string
  /** In base64, if S3 has one. */
  readonly crc64nvme?: string
}

export interface PartList {
  readonly parts: readonly StoredPart[]
  /** Whether S3 calculates the whole object's CRC64NVME and compares it on completion. */
  readonly declaresCrc64: boolean
}

export interface CreateMultipart {
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
  /**
   * Whether no other upload can have this key. If so, uploads whose response was lost are aborted.
   * Otherwise, they cannot be told apart from other uploads, so the bucket's lifecycle rule has to
   * remove them.
   */
  readonly isKeyUnique: boolean
  /** Called if aborting such uploads fails. */
  readonly onError: (error: unknown) => void
}

/**
 * With these headers, S3 calculates the checksums of the parts and of the whole object, so clients
 * need not send them. Composite checksums must be sent with every part.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 * @see https://github.com/versity/versitygw/issues/1342 – accepts parts without a checksum
 * @see https://github.com/versity/versitygw/issues/1547 – may keep no checksum if none was declared
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
    isResponse: (response) => isBegun(response) && !!textOf(response.document, 'UploadId'),
  })
  return textOf(document, 'UploadId') ?? ''
}

const isBegun = hasRoot('InitiateMultipartUploadResult')

/** Allows for S3's clock being behind ours. */
const CLOCK_SKEW_MS = 5_000

/**
 * Aborts the upload that a call may have created before its response was lost. S3 does not say
 * which one it is, so this aborts all uploads created under the key since then. If the signer is
 * not allowed to list uploads, the bucket's lifecycle rule removes them later.
 */
async function abortUnanswered(
  context: S3CallContext,
  { key, onError }: CreateMultipart,
  createdAt: Date,
): Promise<void> {
  try {
    const query = { uploads: '', prefix: key }
    const isResponse = hasRoot('ListMultipartUploadsResult')
    const { document } = await callS3(context, { method: 'GET', query, isResponse })
    for (const upload of childrenOf(document, 'Upload')) {
      const uploadId = textOf(upload, 'UploadId')
      const initiated = Date.parse(textOf(upload, 'Initiated') ?? '')
      const isOurs =
        textOf(upload, 'Key') === key && initiated >= createdAt.getTime() - CLOCK_SKEW_MS
      if (uploadId && isOurs) await abortMultipartUpload(context, { key, uploadId })
    }
  } catch (error) {
    // While the storage is away, the failure of the call itself is reported.
    if (!(error instanceof StorageUnavailable)) onError(error)
  }
}

/** If an upload no longer exists, Ceph returns `NoSuchKey`, where S3 returns `NoSuchUpload`. */
async function callUpload(context: S3CallContext, call: S3Call): Promise<S3Response> {
  try {
    return await callS3(context, call)
  } catch (error) {
    if (!(error instanceof S3Error && error.code === 'NoSuchKey')) throw error
    throw new S3Error('NoSuchUpload', undefined, error.detail, error.status)
  }
}

export async function listParts(
  context: S3CallContext,
  { key, uploadId }: MultipartUpload,
): Promise<PartList> {
  const parts: StoredPart[] = []
  let declaresCrc64 = false
  for (let marker = 0; ; ) {
    const query = { uploadId, 'max-parts': '1000', 'part-number-marker': String(marker) }
    const isResponse = hasRoot('ListPartsResult')
    const { document } = await callUpload(context, { method: 'GET', key, query, isResponse })
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

/** S3 may take a while to assemble an object from thousands of parts. */
const COMPLETE_TIME_FACTOR = 6

/**
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
    isResponse: hasRoot('CompleteMultipartUploadResult'),
  })
}

/** Succeeds even if the upload no longer exists. */
export async function abortMultipartUpload(
  context: S3CallContext,
  { key, uploadId }: MultipartUpload,
): Promise<void> {
  try {
    const query = { uploadId }
    await callUpload(context, { method: 'DELETE', key, query, isResponse: isDeletion })
  } catch (error) {
    if (!(error instanceof S3Error && error.code === 'NoSuchUpload')) throw error
  }
}
