/**
 * A bucket: its objects by key, and the rules for replacing and deleting them.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { BucketRecord, ObjectRecord } from '../storage/records.ts'
import type { Draft, Storage, StoredBucket } from '../storage/storage.ts'
import type { Clock } from './clock.ts'
import { checkWrite, type WriteConditions } from './conditions.ts'
import { KeyIndex } from './key-index.ts'
import { KeyedQueue } from './keyed-queue.ts'
import type { Tags } from './object-tags.ts'
import { Uploads } from './uploads.ts'
import { checkVersionId, findTagged, findVersion, newVersionId } from './versions.ts'

/** The data of a new object. The bucket adds its version, date and sequence. */
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
  /**
   * Writes, queued by key, upload id or a part's file name, with `''` for the bucket itself. The
   * bucket is deleted while no other write is running.
   */
  readonly #writes = new KeyedQueue()
  /** Conditional writes in progress. Deleting a key sets a flag in the writes to it. */
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

  /**
   * Changes the bucket's record. Concurrent changes are made one after another.
   *
   * @throws {S3Error} `NoSuchBucket`
   */
  async update(change: (record: BucketRecord) => BucketRecord): Promise<void> {
    await this.#write('', async () => {
      const record = change(this.#record)
      await this.#storage.saveBucket(record)
      this.#record = record
    })
  }

  /**
   * Deletes the bucket and, as S3 does, its unfinished uploads.
   *
   * @throws {S3Error} `NoSuchBucket`, `BucketNotEmpty`
   */
  remove(): Promise<void> {
    return this.#writes.runAlone(async () => {
      this.#checkThere()
      if (this.objects.size > 0) {
        throw new S3Error('BucketNotEmpty', undefined, { BucketName: this.name })
      }
      await this.#storage.removeBucket(this.name)
      this.#gone = true
    })
  }

  #write<T>(name: string, task: () => Promise<T>): Promise<T> {
    return this.#writes.run(name, () => {
      this.#checkThere()
      return task()
    })
  }

  /**
   * Throws if the bucket was deleted: a write that was queued must not end up in a new bucket with
   * the same name.
   */
  #checkThere(): void {
    if (this.#gone) throw new S3Error('NoSuchBucket', undefined, { BucketName: this.name })
  }

  /**
   * Finds the object that a request reads.
   *
   * @param versionId - Missing for the newest version.
   * @throws {S3Error} `NoSuchKey`, `NoSuchVersion`, or `MethodNotAllowed` for a delete marker.
   */
  current(key: string, versionId?: string): ObjectRecord {
    return findVersion(this.objects.versionsOf(key), key, versionId)
  }

  /**
   * Finds the object whose tags a request reads or changes.
   *
   * @throws {S3Error} Like `current`, but `MethodNotAllowed` for every delete marker.
   */
  tagged(key: string, versionId?: string): ObjectRecord {
    return findTagged(this.objects.versionsOf(key), key, versionId)
  }

  /** Finds the object that a GET without a version id would return. */
  newest(key: string): ObjectRecord | undefined {
    const newest = this.objects.versionsOf(key)[0]
    return newest?.deleteMarker ? undefined : newest
  }

  /** Returns the sequence of a key's newest version or delete marker, or 0 if there is none. */
  sequenceOf(key: string): number {
    return this.objects.versionsOf(key)[0]?.sequence ?? 0
  }

  /** Finds the object that was created by completing an upload, if it still exists. */
  completedBy(uploadId: string, key: string): ObjectRecord | undefined {
    return this.objects.versionsOf(key).find((each) => each.uploadId === uploadId)
  }

  /**
   * Stores `draft` as the object, atomically.
   *
   * @param watch - From `watchDeletes` at the start of the request, for conditional writes.
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
   * Deletes an object, or hides it with a delete marker if the bucket has versioning. As on S3,
   * deleting an object that does not exist is not an error.
   *
   * @param expected - If given, delete the object only if this is still the newest version.
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
   * Deletes one version permanently.
   *
   * @param expected - If given, delete the version only if it still has this record. (The version
   *   `null` can be replaced.)
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
   * Replaces the tags of an object. Its date and bytes do not change.
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

  /**
   * Records whether `key` is deleted from now on. Pass the result to `put`, and release it at the
   * end.
   */
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

  /**
   * Saves the new version, then removes the old one. If the server crashes in between, it removes
   * the old one at the next start.
   */
  async #replace(record: ObjectRecord, save: () => Promise<void>): Promise<void> {
    const old = this.objects
      .versionsOf(record.key)
      .find((each) => each.versionId === record.versionId)
    await save()
    this.objects.put(record)
    if (old) await this.#storage.removeObject(this.name, old)
  }
}

/** The result of a delete. */
export interface Deleted {
  /** The deleted version, or the new delete marker. */
  readonly versionId?: string
  /** Whether a delete marker was created or deleted. */
  readonly deleteMarker?: boolean
}

/** Whether a key was deleted while it was watched. */
export interface DeleteWatch {
  deleted: boolean
  readonly release: () => void
}
