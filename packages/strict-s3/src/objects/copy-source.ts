/**
 * Finds the source of a copy in `x-amz-copy-source`, and checks its conditions.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { MAX_SINGLE_UPLOAD_SIZE } from 'waybill-s3/internal/multipart-limits'
import { type Received, receive } from '../body/receive.ts'
import type { Bucket } from '../buckets/bucket.ts'
import { checkRead } from '../buckets/conditions.ts'
import type { ObjectRecord } from '../buckets/records.ts'
import type { ChecksumAlgorithm } from '../checksums/checksum.ts'
import { refuseKeyFor } from '../encryption/customer-key.ts'
import type { Call } from '../operations/call.ts'

export interface CopySource {
  readonly bucket: Bucket
  readonly record: ObjectRecord
  /** The requested version id. Not set for the newest version. */
  readonly versionId: string | undefined
}

/**
 * @throws {S3Error} `InvalidArgument`, `InvalidRequest`, `NoSuchBucket`, `NoSuchKey`,
 *   `PreconditionFailed`, `AccessDenied`
 */
export function copySource(call: Call): CopySource {
  const { headers, values } = call.request
  const [address = '', version] = (headers['x-amz-copy-source'] ?? '').split('?versionId=')
  const versionId = version === undefined ? undefined : decode(version)
  // S3 also takes a path-style URL.
  const match = /^(?:https?:\/\/[^/]+)?\/?([^/]+)\/(.+)$/s.exec(decode(address))
  if (!match) {
    throw invalid('Invalid copy source object key', 'x-amz-copy-source')
  }
  const [, name = '', key = ''] = match
  const bucket = call.service.store.bucket(name)
  call.authorize('GetObject', { bucket, key, versionId })
  const record = sourceRecord(bucket, key, versionId)
  refuseKeyFor('copy source', record.encryption, values)
  checkRead(headers, record, call.service.now(), 'x-amz-copy-source-')
  return { bucket, record, versionId }
}

function sourceRecord(bucket: Bucket, key: string, versionId: string | undefined): ObjectRecord {
  try {
    return bucket.current(key, versionId)
  } catch (error) {
    if (!(error instanceof S3Error && error.code === 'MethodNotAllowed')) throw error
    throw new S3Error(
      'InvalidRequest',
      'The source of a copy request may not specifically refer to a delete marker by version id.',
    )
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw invalid('Invalid copy source encoding.', text)
  }
}

function invalid(message: string, value = ''): S3Error {
  return new S3Error('InvalidArgument', message, {
    ArgumentName: 'x-amz-copy-source',
    ArgumentValue: value,
  })
}

/**
 * @param header - `bytes=first-last`. Both positions are required and must be inside the object.
 */
export function copyRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } {
  if (header === undefined) return { start: 0, end: size }
  const match = /^bytes=(\d+)-(\d+)$/.exec(header)
  const start = Number(match?.[1])
  const end = Number(match?.[2]) + 1
  if (!match || start >= end) {
    throw new S3Error(
      'InvalidArgument',
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: header },
    )
  }
  if (start >= size) {
    throw new S3Error(
      'InvalidRequest',
      'The specified copy range is invalid for the source object size',
    )
  }
  if (end > size) {
    throw new S3Error(
      'InvalidArgument',
      `Range specified is not valid for source object of size: ${size}`,
      { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: header },
    )
  }
  return { start, end }
}

/**
 * Copies bytes to a draft and computes their digests again.
 *
 * @param kept - The checksum algorithm to store.
 * @throws {S3Error} `InvalidRequest` if the range is larger than one request can copy.
 */
export async function copyBytes<T>(
  call: Call,
  { bucket, record }: CopySource,
  range: { readonly start: number; readonly end: number },
  kept: ChecksumAlgorithm | undefined,
  save: (received: Received) => Promise<T>,
): Promise<T> {
  if (range.end - range.start > MAX_SINGLE_UPLOAD_SIZE) {
    throw new S3Error(
      'InvalidRequest',
      `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_SINGLE_UPLOAD_SIZE}`,
    )
  }
  const { storage } = call.service.store
  const source = await storage.readObject(bucket.name, record, range.start, range.end)
  try {
    const chunks = copiesOf(source)
    return await receive({ storage, chunks, demand: {}, kept }, save)
  } finally {
    await source.return?.()
  }
}

/** The draft keeps the buffers that it receives, but the reader reuses them. */
async function* copiesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield new Uint8Array(piece)
}
