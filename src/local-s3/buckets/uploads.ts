/**
 * The multipart uploads of a bucket that are under way, and their parts.
 *
 * @module
 */

import { S3Error } from '../../s3/index.ts'
import type { Draft, Storage, StoredBucket } from '../storage/storage.ts'
import type { Clock } from './clock.ts'
import { Turns } from './keyed-queue.ts'
import { isUploadIdOf, newUploadId } from './opaque-id.ts'
import type { PartRecord, UploadRecord } from './records.ts'

/** Runs a write of its own name when it may. @throws {S3Error} `NoSuchBucket` */
export type RunWrite = <T>(name: string, task: () => Promise<T>) => Promise<T>

/** What a write brings; the date is added. */
export type NewPart = Omit<PartRecord, 'lastModifiedMs'>

export interface Upload {
  readonly record: UploadRecord
  /** By part number. */
  readonly parts: Map<number, PartRecord>
}

export class Uploads {
  readonly #bucket: string
  readonly #createdMs: number
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #write: RunWrite
  readonly #byId = new Map<string, Upload>()
  /** By upload id. */
  readonly #endings = new Turns()

  constructor(stored: StoredBucket, storage: Storage, clock: Clock, write: RunWrite) {
    this.#bucket = stored.bucket.name
    this.#createdMs = stored.bucket.createdMs
    this.#storage = storage
    this.#clock = clock
    this.#write = write
    for (const { upload, parts } of stored.uploads) {
      const byNumber = new Map(parts.map((part) => [part.partNumber, part]))
      this.#byId.set(upload.uploadId, { record: upload, parts: byNumber })
    }
  }

  get size(): number {
    return this.#byId.size
  }

  [Symbol.iterator](): IterableIterator<Upload> {
    return this.#byId.values()
  }

  async create(upload: Omit<UploadRecord, 'uploadId' | 'initiatedMs'>): Promise<UploadRecord> {
    const uploadId = newUploadId(this.#scope(upload.key))
    const record = { ...upload, uploadId, initiatedMs: this.#clock.now().getTime() }
    return this.#write(uploadId, async () => {
      await this.#storage.saveUpload(this.#bucket, record)
      this.#byId.set(uploadId, { record, parts: new Map() })
      return record
    })
  }

  /** @throws {S3Error} `NoSuchUpload`, also when the upload is another key's. */
  find(uploadId: string, key: string): Upload {
    const upload = this.#byId.get(uploadId)
    if (!upload || upload.record.key !== key) throw noSuchUpload(uploadId)
    return upload
  }

  /**
   * Stores a part; one with the same number is replaced. While the upload is being completed, waits for what becomes of
   * it: the part that it would replace may be the one that the object will rest in.
   *
   * @throws {S3Error} `NoSuchUpload`
   */
  async putPart(uploadId: string, key: string, part: NewPart, draft: Draft): Promise<PartRecord> {
    this.find(uploadId, key)
    const record = { ...part, lastModifiedMs: this.#clock.now().getTime() }
    try {
      await this.#write(part.fileName, () =>
        this.#storage.savePart(this.#bucket, uploadId, record, draft),
      )
    } catch (error) {
      // Aborted meanwhile, and its directory with it.
      throw this.#byId.has(uploadId) ? error : noSuchUpload(uploadId)
    }
    // Nothing is awaited between the last of these and the part's taking its place.
    for (let ending = this.#endings.underWay(uploadId); ending; ) {
      await ending
      ending = this.#endings.underWay(uploadId)
    }
    const upload = this.#byId.get(uploadId)
    if (!upload) {
      // Aborted or completed while the part was being saved: nobody will ask for it again.
      await this.#storage.removePart(this.#bucket, uploadId, record)
      throw noSuchUpload(uploadId)
    }
    const old = upload.parts.get(record.partNumber)
    upload.parts.set(record.partNumber, record)
    if (old) await this.#storage.removePart(this.#bucket, uploadId, old)
    return record
  }

  /**
   * Completes or aborts an upload: one such task at a time, so that none sees what another leaves half done. The upload
   * is there for everybody until the task removes it.
   */
  end<T>(uploadId: string, task: () => Promise<T>): Promise<T> {
    return this.#endings.take(uploadId, task)
  }

  /**
   * An upload that has ended stays ended, which S3 answers as if it had been aborted just now.
   *
   * @throws {S3Error} `NoSuchUpload` for an id that was never given out for this key.
   * @see https://github.com/justincormack/argmin – `multipart.rs`, run against AWS
   */
  abort(uploadId: string, key: string): Promise<void> {
    return this.end(uploadId, async () => {
      const upload = this.#byId.get(uploadId)
      if (upload?.record.key === key) return this.remove(upload)
      if (!isUploadIdOf(uploadId, this.#scope(key))) throw noSuchUpload(uploadId)
    })
  }

  /** Aborts for nobody in particular: an upload that has ended meanwhile is as good. */
  expire(uploadId: string): Promise<void> {
    return this.end(uploadId, async () => {
      const upload = this.#byId.get(uploadId)
      if (upload) await this.remove(upload)
    })
  }

  #scope(key: string) {
    return { bucket: this.#bucket, createdMs: this.#createdMs, key }
  }

  /** To be called within `end`: the upload's parts go, but for those that an object now rests in. */
  async remove(upload: Upload, kept: readonly PartRecord[] = []): Promise<void> {
    const { uploadId } = upload.record
    this.#byId.delete(uploadId)
    await this.#storage.removeUpload(this.#bucket, uploadId)
    for (const part of upload.parts.values()) {
      if (!kept.includes(part)) await this.#storage.removePart(this.#bucket, uploadId, part)
    }
  }
}

function noSuchUpload(uploadId: string): S3Error {
  return new S3Error('NoSuchUpload', undefined, { UploadId: uploadId })
}
