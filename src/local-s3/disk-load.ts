/**
 * Reads a disk storage at start, and removes what a crash has left in it. Records come back as the types that they were
 * written as: a checksum (record-file.ts) or their being renamed into place whole is the check.
 *
 * @module
 */

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { BUCKET_FILE, type DiskPaths, TAGS, UPLOAD_FILE } from './disk-paths.ts'
import type { BucketRecord, ObjectRecord, PartRecord, UploadRecord } from './object-record.ts'
import { readRecord } from './record-file.ts'
import type { StoredBucket, StoredUpload } from './storage.ts'

/** Told about files that cannot be read; they are left where they are, and unseen. */
export type Warn = (message: string) => void

export function loadBuckets(paths: DiskPaths, warn: Warn): StoredBucket[] {
  return readdirSync(paths.buckets).flatMap((name) => {
    const bucket = readJson(join(paths.bucket(name), BUCKET_FILE)) as BucketRecord | undefined
    if (!bucket) {
      // Killed while it was being created or deleted: nothing was promised.
      rmSync(paths.bucket(name), { recursive: true })
      return []
    }
    const objects = loadObjects(paths, name, warn)
    return [{ bucket, objects, uploads: loadUploads(paths, name, objects, warn) }]
  })
}

function loadObjects(paths: DiskPaths, bucket: string, warn: Warn): ObjectRecord[] {
  const directory = paths.objects(bucket)
  const files = readdirSync(directory)
  const newest = new Map<string, ObjectRecord>()
  for (const file of files) {
    if (file.endsWith(TAGS)) continue
    const record = readRecord(join(directory, file)) as ObjectRecord | undefined
    if (!record) {
      warn(`${join(directory, file)} is damaged and left out`)
      continue
    }
    const name = JSON.stringify([record.key, record.versionId])
    const other = newest.get(name)
    // Killed between writing a new object and removing the one that it replaces.
    const older = other && other.sequence > record.sequence ? record : other
    if (older) rmSync(paths.object(bucket, older))
    if (older !== record) newest.set(name, record)
  }
  const objects = [...newest.values()].map((record) =>
    withTags(record, paths.object(bucket, record) + TAGS),
  )
  const owners = new Set(files.filter((file) => !file.endsWith(TAGS)))
  for (const file of files) {
    if (file.endsWith(TAGS) && !owners.has(file.slice(0, -TAGS.length)))
      rmSync(join(directory, file))
  }
  return objects
}

/** The tags beside an object count only for the very object that they were written for. */
function withTags(record: ObjectRecord, path: string): ObjectRecord {
  if (!existsSync(path)) return record
  const later = readJson(path) as Pick<ObjectRecord, 'sequence' | 'tags'> | undefined
  if (later?.sequence === record.sequence) return { ...record, tags: later.tags }
  rmSync(path)
  return record
}

function loadUploads(
  paths: DiskPaths,
  bucket: string,
  objects: readonly ObjectRecord[],
  warn: Warn,
): StoredUpload[] {
  const kept = new Map<string, Set<string>>()
  for (const { uploadId, parts } of objects) {
    if (uploadId) kept.set(uploadId, new Set(parts?.map((part) => part.fileName)))
  }
  return readdirSync(paths.uploads(bucket)).flatMap((uploadId) => {
    const directory = paths.upload(bucket, uploadId)
    const needed = kept.get(uploadId)
    if (needed) {
      // Completed: whatever the object does not rest in goes, the mark of an upload under way too.
      for (const file of readdirSync(directory))
        if (!needed.has(file)) rmSync(join(directory, file))
      return []
    }
    const upload = readJson(join(directory, UPLOAD_FILE)) as UploadRecord | undefined
    if (upload) return [{ upload, parts: loadParts(directory, warn) }]
    rmSync(directory, { recursive: true })
    return []
  })
}

function loadParts(directory: string, warn: Warn): PartRecord[] {
  const newest = new Map<number, PartRecord>()
  for (const file of readdirSync(directory)) {
    if (file === UPLOAD_FILE) continue
    const part = readRecord(join(directory, file)) as PartRecord | undefined
    if (!part) {
      warn(`${join(directory, file)} is damaged and left out`)
      continue
    }
    const other = newest.get(part.partNumber)
    const older = other && other.lastModifiedMs > part.lastModifiedMs ? part : other
    if (older) rmSync(join(directory, older.fileName))
    if (older !== part) newest.set(part.partNumber, part)
  }
  return [...newest.values()]
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    // Written by rename, so somebody else has been here; going on would lose what they damaged.
    throw new Error(`${path} cannot be read`, { cause: error })
  }
}
