/**
 * S3's verbs for multipart uploads, as the signer needs them.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 * @module
 */

import type { UploadedPart } from '../protocol/index.ts'
import { childrenOf, S3_XMLNS, S3Error, textOf, type XmlElement, xmlDocument } from '../s3/index.ts'
import { WAYBILL_FIELD } from './grant-post.ts'
import { pendingHeaders } from './pending-tag.ts'
import { callS3, type S3Answer, type S3Call } from './s3-call.ts'
import type { SignerContext } from './signer-context.ts'

/** A multipart upload: S3 binds the id to the key. */
export interface MultipartUpload {
  readonly key: string
  readonly uploadId: string
}

/**
 * Begins a multipart upload. Nothing is declared of checksums: S3 then computes CRC64NVME of every part and of the
 * object by itself, while a declared algorithm would have to be signed into every part.
 *
 * @returns The upload id.
 */
export async function beginUpload(
  context: SignerContext,
  { key, type, sealed }: { readonly key: string; readonly type: string; readonly sealed: string },
): Promise<string> {
  const begunAt = context.now()
  const { document } = await callS3(context, {
    method: 'POST',
    key,
    query: { uploads: '' },
    headers: { 'content-type': type, [WAYBILL_FIELD]: sealed, ...pendingHeaders(context) },
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
