/**
 * Where bytes and records rest. `memory-storage.ts` and `disk-storage.ts` keep this contract; `store.ts` puts S3's
 * meaning (keys, conditions, versions) on top of either.
 *
 * A record and its bytes become visible together: `saveObject` either happened or did not, whatever crashes.
 *
 * @module
 */

import type { BucketRecord, ObjectRecord, PartRecord, UploadRecord } from '../buckets/records.ts'
import type { Write } from './write.ts'

/** Bytes on their way in, seen by nobody until they are saved under a name. */
export interface Draft {
  /** The chunk is the draft's from now on: do not write into it again. */
  write(chunk: Uint8Array): Promise<void> | undefined
  /** Throws the bytes away; also after a save that failed. Twice is the same as once. */
  discard(): Promise<void>
}

/** An object opened for reading: stays readable when the object is overwritten or deleted meanwhile. */
export interface OpenObject {
  /**
   * Writes the bytes `[start, end)`, verified. Rejects before it hands over a byte that is not what was stored.
   */
  copyTo(write: Write, start: number, end: number): Promise<void>
  close(): Promise<void>
}

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
  /** Reads what is there and removes what a crash has left. */
  load(): Promise<readonly StoredBucket[]>
  saveBucket(bucket: BucketRecord): Promise<void>
  removeBucket(name: string): Promise<void>
  openDraft(): Promise<Draft>
  /** @param draft - The bytes; absent where the record says that there are none, or that they rest in parts. */
  saveObject(bucket: string, record: ObjectRecord, draft?: Draft): Promise<void>
  /** Replaces what is kept beside an object's bytes: its tags. */
  saveTags(bucket: string, record: ObjectRecord): Promise<void>
  /** What is open stays readable. */
  removeObject(bucket: string, record: ObjectRecord): Promise<void>
  openObject(bucket: string, record: ObjectRecord): Promise<OpenObject>
  saveUpload(bucket: string, upload: UploadRecord): Promise<void>
  savePart(bucket: string, uploadId: string, part: PartRecord, draft: Draft): Promise<void>
  removePart(bucket: string, uploadId: string, part: PartRecord): Promise<void>
  /** Ends an upload. Its parts stay: an object rests in them, or they are removed one by one. */
  removeUpload(bucket: string, uploadId: string): Promise<void>
  close(): Promise<void>
}

/** Thrown by `copyTo` when what was read is not what was stored. */
export class CorruptionError extends Error {
  override readonly name = 'CorruptionError'
}
