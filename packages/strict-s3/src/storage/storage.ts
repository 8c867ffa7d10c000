/**
 * The storage interface for bytes and records. `buckets/` adds S3's rules about keys, conditions
 * and versions.
 *
 * A record and its bytes become visible together, because `saveObject` is atomic, even in a crash.
 *
 * @module
 */

import type { BucketRecord, ObjectRecord, PartRecord, UploadRecord } from '../buckets/records.ts'

/** Bytes that are being received. They become visible once they are saved under a name. */
export interface Draft {
  /** Don't reuse the chunk's buffer. */
  write(chunk: Uint8Array): Promise<void> | undefined
  /** Call this even after a failed save. Calling it twice does no harm. */
  discard(): Promise<void>
}

/**
 * The bytes stay readable even if the object is overwritten or deleted. They are verified: the
 * iteration throws before it yields a wrong byte.
 *
 * A piece is only valid until the next one is requested, because its buffer may be reused. The end
 * of the iteration, or a call to `return`, closes the object.
 */
export type ObjectBytes = AsyncIterableIterator<Uint8Array, undefined>

export interface StoredUpload {
  readonly upload: UploadRecord
  readonly parts: readonly PartRecord[]
}

export interface StoredBucket {
  readonly bucket: BucketRecord
  readonly objects: readonly ObjectRecord[]
  readonly uploads: readonly StoredUpload[]
}

export interface Storage {
  /** Also cleans up after a crash. */
  load(): Promise<readonly StoredBucket[]>
  /** @throws {S3Error} `BucketAlreadyExists` if files of others are in its place. */
  createBucket(bucket: BucketRecord): Promise<void>
  saveBucket(bucket: BucketRecord): Promise<void>
  removeBucket(name: string): Promise<void>
  openDraft(): Draft
  /** @param draft - Omit it if the object has no bytes, or if its bytes are in its parts. */
  saveObject(bucket: string, record: ObjectRecord, draft?: Draft): Promise<void>
  /** Saves the object's tags and lock, see `amendmentOf`. */
  saveAmendment(bucket: string, record: ObjectRecord): Promise<void>
  /** Current readers can continue to read the object. */
  removeObject(bucket: string, record: ObjectRecord): Promise<void>
  /**
   * Reads the bytes from `start` up to but not including `end`.
   *
   * @returns A promise that resolves once the first piece has been read, so that an error in it can
   *   still be reported.
   * @throws {CorruptionError}
   */
  readObject(bucket: string, record: ObjectRecord, start: number, end: number): Promise<ObjectBytes>
  saveUpload(bucket: string, upload: UploadRecord): Promise<void>
  savePart(bucket: string, uploadId: string, part: PartRecord, draft: Draft): Promise<void>
  removePart(bucket: string, uploadId: string, part: PartRecord): Promise<void>
  /**
   * Does not remove the upload's parts. They either belong to an object now, or are removed one by
   * one.
   */
  removeUpload(bucket: string, uploadId: string): Promise<void>
  /** Call this before `close`, so that the next `load` is fast. */
  saveIndex(bucket: string, records: readonly ObjectRecord[]): Promise<void>
  close(): Promise<void>
}

/** Reads the first piece immediately, and the others on request. */
export async function started(pieces: AsyncGenerator<Uint8Array, undefined>): Promise<ObjectBytes> {
  let first: IteratorResult<Uint8Array, undefined> | undefined = await pieces.next()
  const bytes: ObjectBytes = {
    next: async () => {
      const result = first ?? pieces.next()
      first = undefined
      return result
    },
    return: () => pieces.return(undefined),
    [Symbol.asyncIterator]: () => bytes,
  }
  return bytes
}

/** Thrown if stored bytes have changed. */
export class CorruptionError extends Error {
  override readonly name = 'CorruptionError'
}
