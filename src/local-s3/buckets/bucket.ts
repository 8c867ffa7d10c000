/**
 * One bucket: its objects by key, and the rules by which a write replaces what is there.
 *
 * @module
 */

import { S3Error } from '../../s3/index.ts'
import type { Draft, Storage, StoredBucket } from '../storage/storage.ts'
import type { Clock } from './clock.ts'
import { checkWrite, type WriteConditions } from './conditions.ts'
import { KeyIndex } from './key-index.ts'
import { Turns } from './keyed-queue.ts'
import type { BucketRecord, ObjectRecord } from './records.ts'
import type { Tags } from './tags.ts'
import { Uploads } from './uploads.ts'
import { checkVersionId, findTagged, findVersion, newVersionId } from './versions.ts'

/** What a write brings; the bucket adds version, date and sequence. */
export type NewObject = Omit<
  ObjectRecord,
  'versionId' | 'lastModifiedMs' | 'sequence' | 'deleteMarker'
>

export class Bucket {
  readonly objects = new KeyIndex()
  readonly uploads: Uploads
  readonly #storage: Storage
  readonly #clock: Clock
  #record: BucketRecord
  #gone = false
  /** By key; by upload id, or file name of a part; `''` is the bucket itself. Nothing is written while it is removed. */
  readonly #writes = new Turns()
  /** Conditional writes under way, told when somebody deletes their key. */
  readonly #watched = new Map<string, Set<DeleteWatch>>()

  constructor(stored: StoredBucket, storage: Storage, clock: Clock) {
    this.#record = stored.bucket
    this.#storage = storage
    this.#clock = clock
    for (const record of stored.objects) this.objects.put(record)
    this.uploads = new Uploads(stored, storage, clock, (name, task) => this.#write(name, task))
  }

  get record(): BucketRecord {
    return this.#record
  }

  get name(): string {
    return this.#record.name
  }

  /** One change at a time: each is of what the one before it has left. @throws {S3Error} `NoSuchBucket` */
  async update(change: (record: BucketRecord) => BucketRecord): Promise<void> {
    await this.#write('', async () => {
      const record = change(this.#record)
      await this.#storage.saveBucket(record)
      this.#record = record
    })
  }

  /** Uploads under way go with it, as on S3. @throws {S3Error} `NoSuchBucket`, `BucketNotEmpty` */
  remove(): Promise<void> {
    return this.#writes.alone(async () => {
      this.#checkThere()
      if (this.objects.size > 0) {
        throw new S3Error('BucketNotEmpty', undefined, { BucketName: this.name })
      }
      await this.#storage.removeBucket(this.name)
      this.#gone = true
    })
  }

  #write<T>(name: string, task: () => Promise<T>): Promise<T> {
    return this.#writes.take(name, () => {
      this.#checkThere()
      return task()
    })
  }

  /** Whoever has waited meanwhile may find the bucket gone, and must leave nothing in one of the same name. */
  #checkThere(): void {
    if (this.#gone) throw new S3Error('NoSuchBucket', undefined, { BucketName: this.name })
  }

  /**
   * @param versionId - As the request names it; absent for the newest.
   * @throws {S3Error} `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed` for a delete marker.
   */
  current(key: string, versionId?: string): ObjectRecord {
    return findVersion(this.objects.versionsOf(key), key, versionId)
  }

  /** @throws {S3Error} As `current`, but `MethodNotAllowed` for any delete marker. */
  tagged(key: string, versionId?: string): ObjectRecord {
    return findTagged(this.objects.versionsOf(key), key, versionId)
  }

  /** @returns What a plain GET would find. */
  newest(key: string): ObjectRecord | undefined {
    const newest = this.objects.versionsOf(key)[0]
    return newest?.deleteMarker ? undefined : newest
  }

  /** @returns The sequence of what the key holds, a delete marker's too; 0 for nothing. */
  sequenceOf(key: string): number {
    return this.objects.versionsOf(key)[0]?.sequence ?? 0
  }

  /** @returns The object that an upload has become, as long as it is there. */
  completedBy(uploadId: string, key: string): ObjectRecord | undefined {
    return this.objects.versionsOf(key).find((each) => each.uploadId === uploadId)
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
    return this.#write(object.key, async () => {
      if (watch?.deleted && Object.keys(conditions).length > 0) {
        throw new S3Error('ConditionalRequestConflict')
      }
      checkWrite(conditions, this.newest(object.key))
      const { found } = conditions
      if (found !== undefined && found !== this.sequenceOf(object.key)) {
        throw new S3Error('ConditionalRequestConflict')
      }
      const record = { ...object, ...this.#stamp(newVersionId(this.record)) }
      await this.#replace(record, () => this.#storage.saveObject(this.name, record, draft))
      return record
    })
  }

  /**
   * Deletes what is there, if anything: S3 answers the same either way. With versioning, the newest version is hidden
   * by a delete marker instead.
   *
   * @param expected - Nothing happens when the newest is another by now.
   */
  async delete(
    key: string,
    conditions: WriteConditions = {},
    expected?: ObjectRecord,
  ): Promise<Deleted> {
    return this.#write(key, async () => {
      const current = this.newest(key)
      if (expected && current !== expected) return {}
      checkWrite(conditions, current)
      for (const watch of this.#watched.get(key) ?? []) watch.deleted = true
      if (this.record.versioning) return this.#mark(key)
      if (current) await this.#remove(current)
      return {}
    })
  }

  /**
   * Deletes one version for good.
   *
   * @param expected - Nothing happens when the version is another by now: `null` can be.
   * @throws {S3Error} `InvalidArgument`
   */
  async deleteVersion(key: string, versionId: string, expected?: ObjectRecord): Promise<Deleted> {
    return this.#write(key, async () => {
      checkVersionId(versionId)
      const version = this.objects.versionsOf(key).find((each) => each.versionId === versionId)
      if (expected && version !== expected) return {}
      if (version) await this.#remove(version)
      return { versionId, ...(version?.deleteMarker ? { deleteMarker: true } : {}) }
    })
  }

  async #mark(key: string): Promise<Deleted> {
    const stamp = this.#stamp(newVersionId(this.record))
    const nothing = { size: 0, etag: '', headers: {}, metadata: {}, tags: {} }
    const marker: ObjectRecord = { key, ...nothing, ...stamp, deleteMarker: true }
    await this.#replace(marker, () => this.#storage.saveObject(this.name, marker))
    return { versionId: marker.versionId, deleteMarker: true }
  }

  async #remove(record: ObjectRecord): Promise<void> {
    await this.#storage.removeObject(this.name, record)
    this.objects.remove(record)
  }

  /**
   * Replaces the tags of what is there; its date and its bytes stay.
   *
   * @throws {S3Error} `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed`
   */
  async tag(key: string, tags: Tags, versionId?: string): Promise<ObjectRecord> {
    return this.#write(key, async () => {
      const record = { ...this.tagged(key, versionId), tags }
      await this.#storage.saveTags(this.name, record)
      this.objects.put(record)
      return record
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

  #stamp(versionId: string) {
    return {
      versionId,
      lastModifiedMs: this.#clock.now().getTime(),
      sequence: this.#clock.nextSequence(),
    }
  }

  /** The old version goes once the new one is there: a crash in between is settled at the next start. */
  async #replace(record: ObjectRecord, save: () => Promise<void>): Promise<void> {
    const old = this.objects
      .versionsOf(record.key)
      .find((each) => each.versionId === record.versionId)
    await save()
    this.objects.put(record)
    if (old) await this.#storage.removeObject(this.name, old)
  }
}

export interface Deleted {
  /** Of the version that is gone, or of the new delete marker. */
  readonly versionId?: string
  /** A delete marker was made, or removed. */
  readonly deleteMarker?: boolean
}

export interface DeleteWatch {
  deleted: boolean
  readonly release: () => void
}
