import { S3Error } from 'waybill-s3'
import type { Storage } from '../storage/storage.ts'
import { Bucket } from './bucket.ts'
import { checkBucketName } from './bucket-name.ts'
import type { Clock } from './clock.ts'
import { KeyedQueue } from './keyed-queue.ts'
import type { BucketRecord, PublicAccessBlock } from './records.ts'

/** S3's default for new buckets since April 2023. */
const ALL_BLOCKED: PublicAccessBlock = {
  blockPublicAcls: true,
  ignorePublicAcls: true,
  blockPublicPolicy: true,
  restrictPublicBuckets: true,
}

export class Store {
  readonly storage: Storage
  readonly #clock: Clock
  readonly #buckets = new Map<string, Bucket>()
  readonly #changes = new KeyedQueue()
  #resetting: Promise<void> | undefined
  #closing: Promise<void> | undefined

  private constructor(storage: Storage, clock: Clock) {
    this.storage = storage
    this.#clock = clock
  }

  static async open(storage: Storage, now: () => Date): Promise<Store> {
    const stored = await storage.load()
    // Deletions also take a number, which no record keeps. Starting at the time keeps the order even
    // if they were the last.
    let sequence = now().getTime() * 1000
    for (const { objects } of stored) {
      for (const each of objects) sequence = Math.max(sequence, each.sequence)
    }
    const nextSequence = () => {
      sequence += 1
      return sequence
    }
    const store = new Store(storage, { now, nextSequence })
    for (const each of stored) {
      store.#buckets.set(each.bucket.name, new Bucket(each, storage, store.#clock))
    }
    return store
  }

  get buckets(): readonly Bucket[] {
    return [...this.#buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** Set during a reset. New requests wait for this promise, which never rejects. */
  get resetting(): Promise<void> | undefined {
    return this.#resetting
  }

  /**
   * Removes all buckets with everything in them, then runs `prepare`.
   *
   * @throws The storage's error.
   */
  async reset(prepare: () => Promise<unknown>): Promise<void> {
    const earlier = this.#resetting
    const mine = Promise.resolve(earlier).then(async () => {
      await this.#changes.runAlone(async () => {
        for (const bucket of this.buckets) {
          await bucket.removeAll()
          this.#buckets.delete(bucket.name)
        }
      })
      await prepare()
    })
    const settled = mine
      .catch(() => {})
      .then(() => {
        if (this.#resetting === settled) this.#resetting = undefined
      })
    this.#resetting = settled
    return mine
  }

  has(name: string): boolean {
    return this.#buckets.has(name)
  }

  /** @throws {S3Error} `NoSuchBucket` */
  bucket(name: string): Bucket {
    const bucket = this.#buckets.get(name)
    if (!bucket) throw new S3Error('NoSuchBucket', undefined, { BucketName: name })
    return bucket
  }

  /** @throws {S3Error} `InvalidBucketName`, `BucketAlreadyOwnedByYou`, `BucketAlreadyExists` */
  async createBucket(settings: Omit<BucketRecord, 'createdMs'>): Promise<Bucket> {
    const { name } = settings
    checkBucketName(name)
    return this.#changes.run(name, async () => {
      if (this.has(name))
        throw new S3Error('BucketAlreadyOwnedByYou', undefined, { BucketName: name })
      const record = {
        publicAccessBlock: ALL_BLOCKED,
        ...settings,
        createdMs: this.#clock.now().getTime(),
      }
      await this.storage.createBucket(record)
      const stored = { bucket: record, objects: [], uploads: [] }
      const bucket = new Bucket(stored, this.storage, this.#clock)
      this.#buckets.set(name, bucket)
      return bucket
    })
  }

  /** Further calls do nothing. Another server may have the directory by then. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    for (const { name, objects } of this.buckets) {
      await this.storage.saveIndex(name, objects.records)
    }
    await this.storage.close()
  }

  /** @throws {S3Error} `NoSuchBucket`, `BucketNotEmpty` */
  async deleteBucket(name: string): Promise<void> {
    await this.#changes.run(name, async () => {
      await this.bucket(name).remove()
      this.#buckets.delete(name)
    })
  }
}
