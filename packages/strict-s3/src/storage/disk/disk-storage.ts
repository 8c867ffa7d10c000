/**
 * Stores everything in a directory. Every change is a single `rename` of a complete file, so if the
 * process is killed, either the old or the new file is left. Only JSON files are flushed to disk.
 * For objects, this would cost more than all other work on a small object. After a power failure,
 * the checksums show which of them are incomplete.
 *
 * @module
 */

import { randomUUID } from 'node:crypto'
import { existsSync, unlink } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rm, rmdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeDirectory, makeOwnDirectory, OWNER_ONLY } from '@waybill/command-line/own-directory'
import { S3Error } from 'waybill-s3'
import {
  amendmentOf,
  type BucketRecord,
  type ObjectRecord,
  type PartRecord,
  type UploadRecord,
} from '../../buckets/records.ts'
import { withReason } from '../../message/refusal.ts'
import {
  type Draft,
  type ObjectBytes,
  type Storage,
  type StoredBucket,
  started,
} from '../storage.ts'
import { loadBuckets, removeDrafts, type Warn } from './disk-load.ts'
import { lockDirectory } from './disk-lock.ts'
import {
  AMENDMENT,
  BUCKET_FILE,
  type DiskPaths,
  diskPaths,
  inside,
  UPLOAD_FILE,
} from './disk-paths.ts'
import { type Extent, Leases, readFile, readFiles } from './disk-read.ts'
import { DiskDraft, renameFile, writeSmallFile } from './disk-write.ts'
import { indexPieces, MIN_INDEXED } from './object-index.ts'

const OWN_DIRECTORY = { recursive: true, mode: OWNER_ONLY.directory }

/**
 * @throws {Error} With `code` `ELOCKED` if another server uses the directory, or `ELOOP` if one of
 *   the storage's own directories is a symbolic link. Otherwise the file system's error.
 */
export function diskStorage(directory: string, warn: Warn): Storage {
  const paths = diskPaths(directory)
  makeDirectory(paths.root)
  const unlock = lockDirectory(paths)
  try {
    makeOwnDirectory(paths.buckets)
    makeOwnDirectory(paths.drafts)
    removeDrafts(paths, warn)
  } catch (error) {
    unlock()
    throw error
  }
  return new DiskStorage(paths, warn, unlock)
}

class DiskStorage implements Storage {
  readonly #paths: DiskPaths
  readonly #warn: Warn
  readonly #unlock: () => void
  readonly #leases = new Leases()

  constructor(paths: DiskPaths, warn: Warn, unlock: () => void) {
    this.#paths = paths
    this.#warn = warn
    this.#unlock = unlock
  }

  async load(): Promise<readonly StoredBucket[]> {
    return loadBuckets(this.#paths, this.#warn)
  }

  async createBucket(bucket: BucketRecord): Promise<void> {
    await refuseFiles(this.#paths.bucket(bucket.name))
    await mkdir(this.#paths.objects(bucket.name), OWN_DIRECTORY)
    await mkdir(this.#paths.uploads(bucket.name), OWN_DIRECTORY)
    await this.saveBucket(bucket)
  }

  async saveBucket(bucket: BucketRecord): Promise<void> {
    await this.#saveJson(inside(this.#paths.bucket(bucket.name), BUCKET_FILE), bucket)
  }

  async removeBucket(name: string): Promise<void> {
    const directory = this.#paths.bucket(name)
    // Remove the settings first. A directory without settings is not a bucket, even if a crash
    // leaves other files behind.
    await rm(inside(directory, BUCKET_FILE))
    await rm(directory, OWN_DIRECTORY)
  }

  openDraft(): Draft {
    return new DiskDraft(this.#draftPath())
  }

  async saveObject(bucket: string, record: ObjectRecord, draft?: Draft): Promise<void> {
    await this.#saveDraft(this.#paths.object(bucket, record), record, draft)
  }

  async saveAmendment(bucket: string, record: ObjectRecord): Promise<void> {
    const { sequence } = record
    const amendment = { sequence, ...amendmentOf(record) }
    await this.#saveJson(this.#paths.object(bucket, record) + AMENDMENT, amendment)
  }

  async removeObject(bucket: string, record: ObjectRecord): Promise<void> {
    const path = this.#paths.object(bucket, record)
    await this.#leases.whenFree(path, async () => {
      await removeFile(path)
      if (existsSync(path + AMENDMENT)) await removeFile(path + AMENDMENT)
    })
    for (const part of record.parts ?? []) {
      await this.removePart(bucket, record.uploadId ?? '', part)
    }
  }

  async readObject(
    bucket: string,
    record: ObjectRecord,
    start: number,
    end: number,
  ): Promise<ObjectBytes> {
    const { parts, uploadId = '', size } = record
    if (!parts) {
      const extent = { path: this.#paths.object(bucket, record), size }
      return started(readFile(await this.#openFile(extent.path), extent, start, end))
    }
    const extents = parts.map(
      (part): Extent => ({ path: this.#paths.part(bucket, uploadId, part), size: part.size }),
    )
    return started(this.#readParts(extents, start, end))
  }

  /** The opened file stays readable even if it is removed. */
  async #openFile(path: string): Promise<FileHandle> {
    this.#leases.take([path])
    try {
      return await open(path, 'r')
    } finally {
      await this.#leases.release([path])
    }
  }

  /**
   * Parts are opened one after another, so none of them may be removed while they are being read.
   */
  async *#readParts(
    extents: readonly Extent[],
    start: number,
    end: number,
  ): AsyncGenerator<Uint8Array, undefined> {
    const paths = extents.map(({ path }) => path)
    this.#leases.take(paths)
    try {
      yield* readFiles(extents, start, end)
    } finally {
      await this.#leases.release(paths)
    }
  }

  async saveUpload(bucket: string, upload: UploadRecord): Promise<void> {
    const directory = this.#paths.upload(bucket, upload.uploadId)
    await mkdir(directory, OWNER_ONLY.directory)
    try {
      await this.#saveJson(inside(directory, UPLOAD_FILE), upload)
    } catch (error) {
      await removeIfEmpty(directory)
      throw error
    }
  }

  async savePart(bucket: string, uploadId: string, part: PartRecord, draft: Draft): Promise<void> {
    await this.#saveDraft(this.#paths.part(bucket, uploadId, part), part, draft)
  }

  async removePart(bucket: string, uploadId: string, part: PartRecord): Promise<void> {
    const path = this.#paths.part(bucket, uploadId, part)
    await this.#leases.whenFree(path, async () => {
      await removeFile(path)
      await removeIfEmpty(dirname(path))
    })
  }

  async removeUpload(bucket: string, uploadId: string): Promise<void> {
    const directory = this.#paths.upload(bucket, uploadId)
    await rm(inside(directory, UPLOAD_FILE), { force: true })
    await removeIfEmpty(directory)
  }

  async saveIndex(bucket: string, records: readonly ObjectRecord[]): Promise<void> {
    if (records.length < MIN_INDEXED) return
    const draft = this.#draftPath()
    try {
      writeSmallFile(draft, indexPieces(records))
      await renameFile(draft, this.#paths.index(bucket))
    } catch {
      // Without it, the next start only takes longer, and removes the draft.
    }
  }

  async close(): Promise<void> {
    this.#unlock()
  }

  #draftPath(): string {
    return inside(this.#paths.drafts, randomUUID())
  }

  async #saveDraft(path: string, record: object, draft?: Draft): Promise<void> {
    if (draft && !(draft instanceof DiskDraft))
      throw new TypeError('draft belongs to another storage')
    if (draft) await draft.saveAs(path, record)
    else await this.#saveRecord(path, record)
  }

  /** Saves an object that has no bytes, or whose bytes are in its parts. */
  async #saveRecord(path: string, record: object): Promise<void> {
    const draft = new DiskDraft(this.#draftPath())
    try {
      await draft.saveAs(path, record)
    } catch (error) {
      await draft.discard()
      throw error
    }
  }

  async #saveJson(path: string, value: object): Promise<void> {
    const draft = this.#draftPath()
    try {
      writeSmallFile(draft, [Buffer.from(JSON.stringify(value))], { flush: true })
      await renameFile(draft, path)
    } catch (error) {
      await rm(draft, { force: true })
      throw error
    }
  }
}

/**
 * A bucket would take over the objects of a copy, and deleting the bucket would delete all files.
 * Directories without files may be left of a creation that failed.
 */
async function refuseFiles(directory: string): Promise<void> {
  if (!existsSync(directory)) return
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  if (entries.every((entry) => entry.isDirectory())) return
  throw withReason(
    new S3Error('BucketAlreadyExists'),
    `${directory} has files that are not of a bucket of this name: move or remove it`,
  )
}

/** `rm` would first look up the file's type, in this thread. */
function removeFile(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    unlink(path, (error) => (error && error.code !== 'ENOENT' ? reject(error) : resolve()))
  })
}

async function removeIfEmpty(directory: string): Promise<void> {
  try {
    await rmdir(directory)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'ENOTEMPTY' && code !== 'ENOENT' && code !== 'EEXIST') throw error
  }
}
