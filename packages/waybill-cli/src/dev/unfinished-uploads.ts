/**
 * Lists the development bucket's multipart uploads in progress with their stored parts, which the
 * page draws.
 *
 * @module
 */

import { callS3, createS3Context, hasRoot, inBatches, listParts } from 'waybill/internal/storage'
import { childrenOf, textOf } from 'waybill-s3/internal/xml'
import type { BucketAccess } from './stored-objects.ts'

export interface UnfinishedUpload {
  readonly key: string
  readonly uploadId: string
  /** The stored parts, in ascending order. */
  readonly parts: readonly { readonly partNumber: number; readonly size: number }[]
}

/**
 * @param most - Maximum number of uploads to return, newest first.
 * @throws {S3Error} The store's error.
 */
export async function unfinishedUploads(
  bucket: BucketAccess,
  most: number,
): Promise<readonly UnfinishedUpload[]> {
  const context = createS3Context(bucket)
  const isResponse = hasRoot('ListMultipartUploadsResult')
  const { document } = await callS3(context, { method: 'GET', query: { uploads: '' }, isResponse })
  const begun = childrenOf(document, 'Upload').map((upload) => ({
    key: textOf(upload, 'Key') ?? '',
    uploadId: textOf(upload, 'UploadId') ?? '',
    initiated: textOf(upload, 'Initiated') ?? '',
  }))
  const newest = begun.sort((a, b) => b.initiated.localeCompare(a.initiated)).slice(0, most)
  const read = await inBatches(newest, async ({ key, uploadId }) => {
    // Leave out an upload that ended between the two calls.
    const found = await listParts(context, { key, uploadId }).catch(() => undefined)
    const parts = found?.parts.map(({ partNumber, size }) => ({ partNumber, size }))
    return parts && { key, uploadId, parts }
  })
  return read.filter((one) => one !== undefined)
}
