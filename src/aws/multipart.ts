/**
 * S3's verbs for multipart uploads, as the signer needs them.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 * @module
 */

import type { UploadedPart } from '../protocol/index.ts'
import { childrenOf, S3_XMLNS, S3Error, textOf, type XmlElement, xmlDocument } from '../s3/index.ts'
import { WAYBILL_FIELD } from './grant/grant-post.ts'
import { pendingHeaders } from './grant/pending-tag.ts'
import { callS3, type S3Answer, type S3Call } from './s3-call.ts'
import type { SignerContext } from './signer-context.ts'

/** A multipart upload: S3 binds the id to the key. */
export interface MultipartUpload {
  readonly key: string
  readonly uploadId: string
}

/** What is begun, and under which waybill. */
interface Beginning {
  readonly key: string
  readonly type: string
  readonly sealed: string
}

/**
 * S3 then computes it of every part and of the object, answers and keeps it, and wants it from nobody: only composite
 * checksums have to come with the parts.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 * @see https://github.com/versity/versitygw/issues/1342 – parts without a checksum are taken
 * @see https://github.com/versity/versitygw/issues/1547 – where none was declared, none may be kept
 */
const FULL_OBJECT_CHECKSUM = {
  'x-amz-checksum-algorithm': 'CRC64NVME',
  'x-amz-checksum-type': 'FULL_OBJECT',
}

/** What stores answer that do not know this checksum. */
const UNKNOWN_CHECKSUM: ReadonlySet<string> = new Set([
  'NotImplemented',
  'InvalidArgument',
  'InvalidRequest',
])

/** Begins a multipart upload. @returns The upload id. */
export async function beginUpload(context: SignerContext, beginning: Beginning): Promise<string> {
  try {
    return await begin(context, beginning, FULL_OBJECT_CHECKSUM)
  } catch (error) {
    if (!(error instanceof S3Error && UNKNOWN_CHECKSUM.has(error.code))) throw error
    return begin(context, beginning, {})
  }
}

async function begin(
  context: SignerContext,
  { key, type, sealed }: Beginning,
  checksum: Readonly<Record<string, string>>,
): Promise<string> {
  const begunAt = context.now()
  const { document } = await callS3(context, {
    method: 'POST',
    key,
    query: { uploads: '' },
    headers: {
      'content-type': type,
      [WAYBILL_FIELD]: sealed,
      ...checksum,
      ...pendingHeaders(context),
    },
    onRetry: () => abortBegun(context, key, begunAt),
  })
  const uploadId = document ? textOf(document, 'UploadId') : undefined
  if (!uploadId) throw new S3Error('InternalError', 'storage answered no upload id', {}, 502)
  return uploadId
}

/** How far S3's clock may be behind ours. */
const CLOCK_SKEW_MS = 5_000

/**
 * A begin whose answer was lost leaves an upload that nobody knows: what was begun under this key since then is
 * forgotten before another is begun. Where the signer may not list uploads, the bucket's lifecycle does it.
 */
async function abortBegun(context: SignerContext, key: string, begunAt: Date): Promise<void> {
  try {
    const query = { uploads: '', prefix: key }
    const { document } = await callS3(context, { method: 'GET', query })
    for (const upload of document ? childrenOf(document, 'Upload') : []) {
      const uploadId = textOf(upload, 'UploadId')
      const initiated = Date.parse(textOf(upload, 'Initiated') ?? '')
      const isOurs = textOf(upload, 'Key') === key && initiated >= begunAt.getTime() - CLOCK_SKEW_MS
      if (uploadId && isOurs) await abortUpload(context, { key, uploadId })
    }
  } catch (error) {
    context.onError(error)
  }
}

/** Ceph says of an upload that is gone that there is no such key, and S3 that there is no such upload. */
async function callUpload(context: SignerContext, call: S3Call): Promise<S3Answer> {
  try {
    return await callS3(context, call)
  } catch (error) {
    if (!(error instanceof S3Error && error.code === 'NoSuchKey')) throw error
    throw new S3Error('NoSuchUpload', undefined, error.detail, error.status)
  }
}

/** @returns All parts that S3 has, every page of them, ascending. */
export async function listParts(
  context: SignerContext,
  { key, uploadId }: MultipartUpload,
): Promise<UploadedPart[]> {
  const parts: UploadedPart[] = []
  for (let marker = 0; ; ) {
    const query = { uploadId, 'max-parts': '1000', 'part-number-marker': String(marker) }
    const { document } = await callUpload(context, { method: 'GET', key, query })
    if (!document) throw new S3Error('InternalError', 'storage answered no list of parts', {}, 502)
    parts.push(...childrenOf(document, 'Part').map(readPart))
    const next = Number(textOf(document, 'NextPartNumberMarker'))
    if (textOf(document, 'IsTruncated') !== 'true' || !(next > marker)) break
    marker = next
  }
  return parts.sort((a, b) => a.partNumber - b.partNumber)
}

function readPart(element: XmlElement): UploadedPart {
  const crc64nvme = textOf(element, 'ChecksumCRC64NVME')
  return {
    partNumber: Number(textOf(element, 'PartNumber')),
    size: Number(textOf(element, 'Size')),
    etag: textOf(element, 'ETag') ?? '',
    ...(crc64nvme ? { crc64nvme } : {}),
  }
}

/** Completing is slow: S3 puts thousands of parts together while we wait. */
const COMPLETE_TIME_FACTOR = 6

/**
 * Makes the parts one object.
 *
 * @param conditions - `if-none-match` and `x-amz-mp-object-size`, or none for a store that knows neither.
 * @param onRetry - Called before the request is sent again: from then on, a refusal may mean that the first was done.
 */
export async function finishUpload(
  context: SignerContext,
  { key, uploadId }: MultipartUpload,
  parts: readonly UploadedPart[],
  conditions: Readonly<Record<string, string>>,
  onRetry: () => void,
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
    headers: { 'content-type': 'application/xml', ...conditions },
    body,
    timeoutMs: context.requestTimeoutMs * COMPLETE_TIME_FACTOR,
    onRetry,
  })
}

/** Forgets the parts. An upload that is gone already is as good. */
export async function abortUpload(
  context: SignerContext,
  { key, uploadId }: MultipartUpload,
): Promise<void> {
  try {
    await callUpload(context, { method: 'DELETE', key, query: { uploadId } })
  } catch (error) {
    if (!(error instanceof S3Error && error.code === 'NoSuchUpload')) throw error
  }
}

export async function deleteObject(context: SignerContext, key: string): Promise<void> {
  await callS3(context, { method: 'DELETE', key })
}
