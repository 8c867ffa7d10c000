/**
 * One bucket: its objects by key, and the rules by which a write replaces what is there.
 *
 * @module
 */

import { S3Error } from '../s3/index.ts'
import { checkWrite, type WriteConditions } from './conditions.ts'
import { KeyIndex } from './key-index.ts'
import type { BucketRecord, ObjectRecord } from './object-record.ts'
import type { Draft, Storage, StoredBucket } from './storage.ts'
import type { Tags } from './tags.ts'
import { Uploads } from './uploads.ts'

/** What a write brings; the bucket adds version, date and sequence. */
export type NewObject = Omit<
  ObjectRecord,
  'versionId' | 'lastModifiedMs' | 'sequence' | 'deleteMarker'
>

export interface Clock {
  readonly now: () => Date
  /** @returns A number larger than all before it. */
  readonly nextSequence: () => number
}

export class Bucket {
  readonly objects = new KeyIndex()
  readonly uploads: Uploads
  readonly #storage: Storage
  readonly #clock: Clock
  #record: BucketRecord
  /** The last write of each key that has one under way. */
  readonly #writing = new Map<string, Promise<unknown>>()
  /** Conditional writes under way, told when somebody deletes their key. */
  readonly #watched = new Map<string, Set<DeleteWatch>>()

  constructor(stored: StoredBucket, storage: Storage, clock: Clock) {
    this.#record = stored.bucket
    this.#storage = storage
    this.#clock = clock
    for (const record of stored.objects) this.objects.put(record)
    this.uploads = new Uploads(stored, storage, clock)
  }

  get record(): BucketRecord {
    return this.#record
  }

  get name(): string {
    return this.#record.name
  }

  async update(record: BucketRecord): Promise<void> {
    await this.#storage.saveBucket(record)
    this.#record = record
  }

  /** @throws {S3Error} `NoSuchKey` */
  current(key: string): ObjectRecord {
    const newest = this.newest(key)
    if (!newest) throw new S3Error('NoSuchKey', undefined, { Key: key })
    return newest
  }

  /** @returns What a plain GET would find. */
  newest(key: string): ObjectRecord | undefined {
    const newest = this.objects.versionsOf(key)[0]
    return newest?.deleteMarker ? undefined : newest
  }

  /**
   * Makes `draft` the object, at once or not at all.
   *
   * @param watch - From `watchDeletes`, taken when the request came in; matters to a conditional write.
   * @throws {S3Error} `PreconditionFailed`, `NoSuchKey`, `ConditionalRequestConflict`
   */
  async put(
    object: NewObject,
    draft: Draft | undefined,
    conditions: WriteConditions = {},
    watch?: DeleteWatch,
  ): Promise<ObjectRecord> {
    return this.#exclusively(object.key, async () => {
      if (watch?.deleted && Object.keys(conditions).length > 0) {
        throw new S3Error('ConditionalRequestConflict')
      }
      checkWrite(conditions, this.newest(object.key))
      const record = { ...object, ...this.#stamp() }
      await this.#replace(record, () => this.#storage.saveObject(this.name, record, draft))
      return record
    })
  }

  /** Deletes what is there, if anything: S3 answers the same either way. */
  async delete(key: string, conditions: WriteConditions = {}): Promise<void> {
    await this.#exclusively(key, async () => {
      const current = this.newest(key)
      checkWrite(conditions, current)
      if (!current) return
      await this.#storage.removeObject(this.name, current)
      this.objects.remove(current)
      for (const watch of this.#watched.get(key) ?? []) watch.deleted = true
    })
  }

  /**
   * Replaces the tags of what is there; its date and its bytes stay.
   *
   * @throws {S3Error} `NoSuchKey`
   */
  async tag(key: string, tags: Tags): Promise<void> {
    await this.#exclusively(key, async () => {
      const record = { ...this.current(key), tags }
      await this.#storage.saveTags(this.name, record)
      this.objects.put(record)
    })
  }

  /** Notices a delete of `key` between now and the write that it is given to. Release it when done. */
  watchDeletes(key: string): DeleteWatch {
    const watches = this.#watched.get(key) ?? new Set()
    this.#watched.set(key, watches)
    const watch: DeleteWatch = {
      deleted: false,
      release: () => {
        watches.delete(watch)
        if (watches.size === 0) this.#watched.delete(key)
      },
    }
    watches.add(watch)
    return watch
  }

  #stamp() {
    return {
      versionId: 'null',
      lastModifiedMs: this.#clock.now().getTime(),
      sequence: this.#clock.nextSequence(),
    }
  }

  /** The parts of an object that came in parts are separate files: they go once nothing points at them. */
  async #replace(record: ObjectRecord, save: () => Promise<void>): Promise<void> {
    const old = this.objects
      .versionsOf(record.key)
      .find((each) => each.versionId === record.versionId)
    await save()
    this.objects.put(record)
    for (const part of old?.parts ?? []) {
      await this.#storage.removePart(this.name, old?.uploadId ?? '', part)
    }
  }

  /** One write at a time per key, in the order of arrival. */
  async #exclusively<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.#writing.get(key) ?? Promise.resolve()
    const mine = before.then(task, task)
    const settled = mine.catch(() => {})
    this.#writing.set(key, settled)
    try {
      return await mine
    } finally {
      if (this.#writing.get(key) === settled) this.#writing.delete(key)
    }
  }
}

export interface DeleteWatch {
  deleted: boolean
  readonly release: () => void
}
