/**
 * The multipart uploads of a bucket that are under way, and their parts.
 *
 * @module
 */

import { S3Error } from '../s3/index.ts'
import type { Clock } from './bucket.ts'
import type { PartRecord, UploadRecord } from './object-record.ts'
import type { Draft, Storage, StoredBucket } from './storage.ts'

/** What a write brings; the date is added. */
export type NewPart = Omit<PartRecord, 'lastModifiedMs'>

export interface Upload {
  readonly record: UploadRecord
  /** By part number. */
  readonly parts: Map<number, PartRecord>
}

export class Uploads {
  readonly #bucket: string
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #byId = new Map<string, Upload>()

  constructor(stored: StoredBucket, storage: Storage, clock: Clock) {
    this.#bucket = stored.bucket.name
    this.#storage = storage
    this.#clock = clock
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

  async create(upload: Omit<UploadRecord, 'initiatedMs'>): Promise<UploadRecord> {
    const record = { ...upload, initiatedMs: this.#clock.now().getTime() }
    await this.#storage.saveUpload(this.#bucket, record)
    this.#byId.set(record.uploadId, { record, parts: new Map() })
    return record
  }

  /** @throws {S3Error} `NoSuchUpload`, also when the upload is another key's. */
  find(uploadId: string, key: string): Upload {
    const upload = this.#byId.get(uploadId)
    if (!upload || upload.record.key !== key) {
      throw new S3Error('NoSuchUpload', undefined, { UploadId: uploadId })
    }
    return upload
  }

  /** Stores a part; one with the same number is replaced. @throws {S3Error} `NoSuchUpload` */
  async putPart(uploadId: string, key: string, part: NewPart, draft: Draft): Promise<PartRecord> {
    this.find(uploadId, key)
    const record = { ...part, lastModifiedMs: this.#clock.now().getTime() }
    await this.#storage.savePart(this.#bucket, uploadId, record, draft)
    const upload = this.#byId.get(uploadId)
    if (!upload) {
      // Aborted or completed while the part was being saved: nobody will ask for it again.
      await this.#storage.removePart(this.#bucket, uploadId, record)
      throw new S3Error('NoSuchUpload', undefined, { UploadId: uploadId })
    }
    const old = upload.parts.get(record.partNumber)
    upload.parts.set(record.partNumber, record)
    if (old) await this.#storage.removePart(this.#bucket, uploadId, old)
    return record
  }

  /**
   * Takes an upload out, so that nobody adds to it while it is completed or aborted.
   *
   * @throws {S3Error} `NoSuchUpload`
   */
  claim(uploadId: string, key: string): Upload {
    const upload = this.find(uploadId, key)
    this.#byId.delete(uploadId)
    return upload
  }

  /** Puts a claimed upload back. */
  restore(upload: Upload): void {
    this.#byId.set(upload.record.uploadId, upload)
  }

  /** Removes a claimed upload; its parts go, but for those that an object now rests in. */
  async remove(upload: Upload, kept: readonly PartRecord[] = []): Promise<void> {
    const { uploadId } = upload.record
    await this.#storage.removeUpload(this.#bucket, uploadId)
    for (const part of upload.parts.values()) {
      if (!kept.includes(part)) await this.#storage.removePart(this.#bucket, uploadId, part)
    }
  }
}
