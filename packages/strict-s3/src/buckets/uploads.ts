import { S3Error } from 'waybill-s3'
import type { Draft, Storage, StoredBucket } from '../storage/storage.ts'
import type { Clock } from './clock.ts'
import { KeyedQueue } from './keyed-queue.ts'
import { isUploadIdOf, newUploadId } from './opaque-id.ts'
import type { PartRecord, UploadRecord } from './records.ts'

/** Queues a write under this name. Throws `NoSuchBucket` if the bucket was deleted. */
export type RunWrite = <T>(name: string, task: () => Promise<T>) => Promise<T>

export type NewPart = Omit<PartRecord, 'lastModifiedMs'>

export interface Upload {
  readonly record: UploadRecord
  readonly parts: Map<number, PartRecord>
}

export class Uploads {
  readonly #bucket: string
  readonly #createdMs: number
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #write: RunWrite
  readonly #byId = new Map<string, Upload>()
  readonly #endings = new KeyedQueue()

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
    const uploadId = newUploadId(this.#scope(upload.key), this.#clock.nextSequence())
    const record = { ...upload, uploadId, initiatedMs: this.#clock.now().getTime() }
    return this.#write(uploadId, async () => {
      await this.#storage.saveUpload(this.#bucket, record)
      this.#byId.set(uploadId, { record, parts: new Map() })
      return record
    })
  }

  /** @throws {S3Error} `NoSuchUpload` if there is no such upload, or if it is for another key. */
  find(uploadId: string, key: string): Upload {
    const upload = this.#byId.get(uploadId)
    if (!upload || upload.record.key !== key) throw noSuchUpload(uploadId)
    return upload
  }

  /**
   * Stores a part, or replaces the one with the same number. If the upload is being completed, this
   * waits for the completion, because the object may need the old part.
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
      // If the upload was aborted in the meantime, its directory no longer exists.
      throw this.#byId.has(uploadId) ? error : noSuchUpload(uploadId)
    }
    // Don't await anything between this loop and replacing the part.
    for (let ending = this.#endings.running(uploadId); ending; ) {
      await ending
      ending = this.#endings.running(uploadId)
    }
    const upload = this.#byId.get(uploadId)
    if (!upload) {
      // The upload was aborted or completed while the part was being saved.
      await this.#storage.removePart(this.#bucket, uploadId, record)
      throw noSuchUpload(uploadId)
    }
    const old = upload.parts.get(record.partNumber)
    upload.parts.set(record.partNumber, record)
    if (old) await this.#storage.removePart(this.#bucket, uploadId, old)
    return record
  }

  /**
   * Runs a task that completes or aborts an upload. Only one such task runs at a time for each
   * upload. The upload stays visible until the task removes it.
   */
  end<T>(uploadId: string, task: () => Promise<T>): Promise<T> {
    return this.#endings.run(uploadId, task)
  }

  /**
   * As on S3, it is not an error if the upload has already ended.
   *
   * @throws {S3Error} `NoSuchUpload` if the id was not created for this key.
   * @see https://github.com/justincormack/argmin – `multipart.rs`, run against AWS
   */
  abort(uploadId: string, key: string): Promise<void> {
    return this.end(uploadId, async () => {
      const upload = this.#byId.get(uploadId)
      if (upload?.record.key === key) return this.remove(upload)
      if (!this.isIdOf(uploadId, key)) throw noSuchUpload(uploadId)
    })
  }

  /** Returns whether the id was created for this key, even if its upload has ended. */
  isIdOf(uploadId: string, key: string): boolean {
    return isUploadIdOf(uploadId, this.#scope(key))
  }

  /** Aborts the upload unless it has already ended. */
  expire(uploadId: string): Promise<void> {
    return this.end(uploadId, async () => {
      const upload = this.#byId.get(uploadId)
      if (upload) await this.remove(upload)
    })
  }

  #scope(key: string) {
    return { bucket: this.#bucket, createdMs: this.#createdMs, key }
  }

  /**
   * Removes an upload and its parts, except the parts in `kept`, which now belong to an object.
   * Call this only from a task passed to `end`.
   */
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
