import { S3Error } from 'waybill-s3'
import { isLocked, refuseLocked, retentionFrom } from '../object-lock/object-lock.ts'
import type { Draft, Storage, StoredBucket } from '../storage/storage.ts'
import type { Clock } from './clock.ts'
import { checkWrite, type WriteConditions, writeConflict } from './conditions.ts'
import { KeyIndex } from './key-index.ts'
import { KeyedQueue } from './keyed-queue.ts'
import type { BucketRecord, ObjectRecord } from './records.ts'
import { Uploads } from './uploads.ts'
import { checkVersionId, findAmendable, findVersion, nextVersionId } from './versions.ts'

export type NewObject = Omit<
  ObjectRecord,
  'versionId' | 'lastModifiedMs' | 'sequence' | 'deleteMarker'
>

export class Bucket {
  readonly objects: KeyIndex
  readonly uploads: Uploads
  readonly #storage: Storage
  readonly #clock: Clock
  #record: BucketRecord
  #gone = false
  /**
   * Writes are queued by key, upload id or part file name. `''` stands for the bucket itself.
   * Deleting the bucket waits until all other writes have ended.
   */
  readonly #writes = new KeyedQueue()
  /** Deleting a key sets the `deleted` flag of its watches. */
  readonly #watched = new Map<string, Set<DeleteWatch>>()

  constructor(stored: StoredBucket, storage: Storage, clock: Clock) {
    this.#record = stored.bucket
    this.#storage = storage
    this.#clock = clock
    this.objects = new KeyIndex(stored.objects)
    this.uploads = new Uploads(stored, storage, clock, (name, task) => this.#write(name, task))
  }

  get record(): BucketRecord {
    return this.#record
  }

  get name(): string {
    return this.#record.name
  }

  /**
   * Concurrent updates run one after another.
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
   * Also deletes the bucket's unfinished uploads, as S3 does.
   *
   * @throws {S3Error} `NoSuchBucket`, `BucketNotEmpty`
   */
  remove(): Promise<void> {
    return this.#writes.runAlone(async () => {
      this.#checkThere()
      if (this.objects.size > 0) {
        const { message } = new S3Error('BucketNotEmpty')
        throw new S3Error(
          'BucketNotEmpty',
          this.record.versioning && `${message}. You must delete all versions in the bucket.`,
          { BucketName: this.name },
        )
      }
      await this.#storage.removeBucket(this.name)
      this.#gone = true
    })
  }

  /** Removes the bucket with everything in it. Requests in flight fail with `NoSuchBucket`. */
  removeAll(): Promise<void> {
    return this.#writes.runAlone(async () => {
      if (this.#gone) return
      this.#gone = true
      await this.#storage.removeBucket(this.name)
    })
  }

  #write<T>(name: string, task: () => Promise<T>): Promise<T> {
    return this.#writes.run(name, () => {
      this.#checkThere()
      return task()
    })
  }

  /** Prevents a queued write from ending up in a new bucket with the same name. */
  #checkThere(): void {
    if (this.#gone) throw new S3Error('NoSuchBucket', undefined, { BucketName: this.name })
  }

  /** @throws {S3Error} `NoSuchKey`, `NoSuchVersion`, or `MethodNotAllowed` for a delete marker. */
  current(key: string, versionId?: string): ObjectRecord {
    return findVersion(this.objects.versionsOf(key), key, versionId)
  }

  /**
   * Like `current`, but throws `MethodNotAllowed` for every delete marker, as S3 does in requests
   * about tags and locks.
   */
  amendable(key: string, versionId: string | undefined, method: string): ObjectRecord {
    return findAmendable(this.objects.versionsOf(key), key, versionId, method)
  }

  /** Returns the object that a GET without a version id returns. */
  newest(key: string): ObjectRecord | undefined {
    const newest = this.objects.versionsOf(key)[0]
    return newest?.deleteMarker ? undefined : newest
  }

  /** Returns 0 if the key has no version or delete marker. */
  sequenceOf(key: string): number {
    return this.objects.versionsOf(key)[0]?.sequence ?? 0
  }

  completedBy(uploadId: string, key: string): ObjectRecord | undefined {
    return this.objects.versionsOf(key).find((each) => each.uploadId === uploadId)
  }

  /**
   * Stores the object atomically.
   *
   * @param watch - The result of `watchDeletes` at the start of the request, for conditional
   *   writes.
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
        throw writeConflict(conditions, object.key)
      }
      checkWrite(conditions, object.key, this.newest(object.key))
      const { found } = conditions
      if (found !== undefined && found !== this.sequenceOf(object.key)) {
        throw writeConflict(conditions, object.key)
      }
      const stamp = this.#stamp()
      const record = { ...this.#withDefaultRetention(object, stamp.lastModifiedMs), ...stamp }
      await this.#replace(record, () => this.#storage.saveObject(this.name, record, draft))
      return record
    })
  }

  #withDefaultRetention(object: NewObject, createdMs: number): NewObject {
    const { defaultRetention } = this.record.objectLock ?? {}
    if (object.retention || !defaultRetention) return object
    return { ...object, retention: retentionFrom(defaultRetention, createdMs) }
  }

  /**
   * Adds a delete marker instead if the bucket has versioning. As on S3, deleting an object that
   * does not exist is not an error.
   *
   * @param expected - If given, the object is deleted only if this is still the newest version.
   */
  async delete(
    key: string,
    conditions: WriteConditions = {},
    expected?: ObjectRecord,
  ): Promise<Deleted> {
    return this.#write(key, async () => {
      const current = this.newest(key)
      if (expected && current !== expected) return {}
      checkWrite(conditions, key, current)
      for (const watch of this.#watched.get(key) ?? []) watch.deleted = true
      if (this.record.versioning) return this.#mark(key)
      if (current) await this.#remove(current)
      return { sequence: this.#clock.nextSequence() }
    })
  }

  /**
   * @param options - With `expected`, the version is deleted only if it still has this record and
   *   is not locked. The version `null` can be replaced, and a lock can change.
   * @throws {S3Error} `InvalidArgument`, or `AccessDenied` if the version is locked.
   */
  async deleteVersion(
    key: string,
    versionId: string,
    { expected, bypass = false }: DeleteVersionOptions = {},
  ): Promise<Deleted> {
    return this.#write(key, async () => {
      checkVersionId(versionId)
      const version = this.objects.versionsOf(key).find((each) => each.versionId === versionId)
      if (expected && (version !== expected || isLocked(expected, this.#nowMs()))) return {}
      if (!version) return { versionId }
      await this.#remove(version, bypass)
      const sequence = this.#clock.nextSequence()
      return { versionId, sequence, ...(version.deleteMarker ? { deleteMarker: true } : {}) }
    })
  }

  async #mark(key: string): Promise<Deleted> {
    const stamp = this.#stamp()
    const nothing = { size: 0, etag: '', headers: {}, metadata: {}, tags: {} }
    const marker: ObjectRecord = { key, ...nothing, ...stamp, deleteMarker: true }
    await this.#replace(marker, () => this.#storage.saveObject(this.name, marker))
    const { versionId, sequence } = marker
    return { versionId, sequence, deleteMarker: true, isNewMarker: true }
  }

  async #remove(record: ObjectRecord, bypass = false): Promise<void> {
    refuseLocked(record, this.#nowMs(), bypass)
    await this.#storage.removeObject(this.name, record)
    this.objects.remove(record)
  }

  /** @param change - Changes tags or the lock, see `amendmentOf`. */
  async amend(
    key: string,
    versionId: string | undefined,
    change: (record: ObjectRecord) => ObjectRecord,
    method = 'PUT',
  ): Promise<ObjectRecord> {
    return this.#write(key, async () => {
      const record = change(this.amendable(key, versionId, method))
      await this.#storage.saveAmendment(this.name, record)
      this.objects.put(record)
      return record
    })
  }

  /**
   * Records whether `key` is deleted from now on. Pass the result to `put`, and call its `release`
   * at the end of the request.
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

  #nowMs(): number {
    return this.#clock.now().getTime()
  }

  #stamp() {
    const sequence = this.#clock.nextSequence()
    const versionId = nextVersionId(this.record, sequence)
    return { versionId, lastModifiedMs: this.#nowMs(), sequence }
  }

  /**
   * If the server crashes before it has removed the old version, it removes that version at the
   * next start.
   */
  async #replace(record: ObjectRecord, save: () => Promise<void>): Promise<void> {
    const old = this.objects
      .versionsOf(record.key)
      .find((each) => each.versionId === record.versionId)
    if (old) refuseLocked(old, this.#nowMs())
    await save()
    this.objects.put(record)
    if (old) await this.#storage.removeObject(this.name, old)
  }
}

export interface DeleteVersionOptions {
  readonly expected?: ObjectRecord
  /** Whether to delete a version that is locked in governance mode. */
  readonly bypass?: boolean
}

export interface Deleted {
  /** The version id of the deleted version or of the new delete marker. */
  readonly versionId?: string
  /** Whether a delete marker was created or deleted. */
  readonly deleteMarker?: boolean
  readonly isNewMarker?: boolean
  /** Orders the deletion among the key's changes. Not set if nothing was to be deleted. */
  readonly sequence?: number
}

export interface DeleteWatch {
  deleted: boolean
  readonly release: () => void
}
