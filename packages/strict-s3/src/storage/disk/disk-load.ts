/**
 * Loads a disk storage at startup, and cleans up after a crash. Only fields that determine paths are
 * checked. All others are as written, because of a checksum (see `record-file.ts`) or the atomic
 * rename. If an untrusted source wrote them, they can only break their own bucket.
 *
 * The storage recognizes its own files by name and type. It leaves all others alone and logs a
 * warning. File managers, editors and users put files there, and the server must neither fail
 * because of them nor remove them.
 *
 * @module
 */

import { randomUUID } from 'node:crypto'
import { type Dirent, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { sep } from 'node:path'
import { refuseLink } from '@waybill/command-line/own-directory'
import {
  type Amendable,
  amendmentOf,
  type BucketRecord,
  type ObjectRecord,
  type PartRecord,
  type UploadRecord,
} from '../../buckets/records.ts'
import type { StoredBucket, StoredUpload } from '../storage.ts'
import {
  AMENDMENT,
  BUCKET_FILE,
  bucketOfDirectory,
  type DiskPaths,
  DRAFT_NAME,
  inside,
  OBJECT_NAME,
  objectName,
  PART_NAME,
  UNFINISHED_BUCKET,
  UPLOAD_FILE,
  UPLOAD_NAME,
} from './disk-paths.ts'
import { TakenIndexes } from './object-index.ts'
import { readRecord } from './record-file.ts'

export type Warn = (message: string) => void

/** Drafts can be removed, because the client has not received a success response for them. */
export function removeDrafts({ drafts }: DiskPaths, warn: Warn): void {
  const isOwn = (name: string) => DRAFT_NAME.test(name)
  for (const name of ownEntries(drafts, { kind: 'file', isOwn }, warn)) rmSync(inside(drafts, name))
}

export function loadBuckets(paths: DiskPaths, warn: Warn): StoredBucket[] {
  const isOwn = (entry: string) => bucketOfDirectory(entry) !== undefined
  const entries = ownEntries(paths.buckets, { kind: 'directory', isOwn }, warn)
  const indexes = new TakenIndexes()
  try {
    const buckets = entries.flatMap((entry) => loadBucket(paths, entry, indexes, warn))
    indexes.remove()
    return buckets
  } catch (error) {
    indexes.restore()
    throw error
  }
}

function loadBucket(
  paths: DiskPaths,
  entry: string,
  indexes: TakenIndexes,
  warn: Warn,
): StoredBucket[] {
  const name = bucketOfDirectory(entry) ?? entry
  const directory = paths.bucket(name)
  refuseLink(inside(directory, BUCKET_FILE))
  refuseLink(paths.index(name))
  refuseLink(paths.objects(name))
  refuseLink(paths.uploads(name))
  const record = readJson(inside(directory, BUCKET_FILE)) as BucketRecord | undefined
  if (!record) {
    removeUnfinished(directory, warn)
    return []
  }
  // A copy of a bucket's directory under another name is not a bucket.
  if (record.name !== name) {
    warnOfForeign(directory, warn)
    return []
  }
  const bucket = withoutAcls(record, warn)
  const objects = loadObjects(paths, name, indexes, warn)
  return [{ bucket, objects, uploads: loadUploads(paths, name, objects, warn) }]
}

/** Earlier versions had ACLs. They only gave access, so ignoring them gives nobody more. */
function withoutAcls(record: BucketRecord & AclSettings, warn: Warn): BucketRecord {
  const { acl, objectOwnership = 'BucketOwnerEnforced', ...bucket } = record
  if (acl || objectOwnership !== 'BucketOwnerEnforced') {
    warn(
      `the bucket ${bucket.name} had ACLs enabled, which no longer give anyone access: only key pairs and bucket policies do`,
    )
  }
  return bucket
}

interface AclSettings {
  readonly acl?: unknown
  readonly objectOwnership?: unknown
}

/**
 * Removes a bucket whose creation or deletion was interrupted. The client has received no response,
 * so either outcome is correct.
 */
function removeUnfinished(directory: string, warn: Warn): void {
  const entries = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  const own = entries.every((each) => UNFINISHED_BUCKET.test(each.replaceAll(sep, '/')))
  if (own) rmSync(directory, { recursive: true })
  else warnOfForeign(directory, warn)
}

function loadObjects(
  paths: DiskPaths,
  bucket: string,
  indexes: TakenIndexes,
  warn: Warn,
): readonly ObjectRecord[] {
  const directory = paths.objects(bucket)
  const isOwn = (name: string) => OBJECT_NAME.test(withoutSuffix(name))
  const files = ownEntries(directory, { kind: 'file', isOwn }, warn)
  const names = files.filter((file) => !file.endsWith(AMENDMENT))
  const indexed = indexes.take(paths.index(bucket), inside(paths.drafts, randomUUID()), names)
  const records = indexed?.every(staysInside) ? indexed : readObjects(directory, names, warn)
  if (files.length === names.length) return records
  const all = new Set(files)
  for (const file of files) {
    if (!all.has(withoutSuffix(file))) rmSync(inside(directory, file))
  }
  return records.map((record) => {
    const later = objectName(record) + AMENDMENT
    return all.has(later) ? amended(record, inside(directory, later)) : record
  })
}

function readObjects(directory: string, names: readonly string[], warn: Warn): ObjectRecord[] {
  const newest = new Map<string, ObjectRecord>()
  for (const file of names) {
    const path = inside(directory, file)
    const record = readRecord(path) as ObjectRecord | undefined
    if (!record || !staysInside(record)) {
      warn(`${path} is damaged and left out`)
      continue
    }
    if (objectName(record) !== file) {
      warnOfForeign(path, warn)
      continue
    }
    const version = `${record.versionId} ${record.key}`
    const other = newest.get(version)
    // Both files exist if the server was killed after it wrote the new object and before it removed
    // the old one.
    const older = other && other.sequence > record.sequence ? record : other
    if (older) rmSync(inside(directory, objectName(older)))
    if (older !== record) newest.set(version, record)
  }
  return [...newest.values()]
}

/**
 * Returns whether a record's file names are those of objects and parts. The record may come from an
 * untrusted source, and files with these names are read and removed.
 */
function staysInside({ key, sequence, uploadId, parts = [] }: ObjectRecord): boolean {
  if (typeof key !== 'string' || !Number.isSafeInteger(sequence) || sequence < 0) return false
  if (uploadId !== undefined && !UPLOAD_NAME.test(uploadId)) return false
  return Array.isArray(parts) && parts.every((part) => PART_NAME.test(part?.fileName))
}

function withoutSuffix(file: string): string {
  return file.endsWith(AMENDMENT) ? file.slice(0, -AMENDMENT.length) : file
}

/**
 * Applies later changes to the object's tags and lock. Each write of an object has a sequence
 * number. A file with a different number was left over from another write and is removed.
 */
function amended(record: ObjectRecord, path: string): ObjectRecord {
  const later = readJson(path) as (Amendable & { readonly sequence: number }) | undefined
  if (later?.sequence === record.sequence) {
    // A retention that was removed must not come back.
    const { retention, legalHold, ...rest } = record
    return { ...rest, ...amendmentOf(later) }
  }
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
  const isOwn = (name: string) => UPLOAD_NAME.test(name)
  const uploadIds = ownEntries(paths.uploads(bucket), { kind: 'directory', isOwn }, warn)
  return uploadIds.flatMap((uploadId) => {
    const directory = paths.upload(bucket, uploadId)
    const isPart = (name: string) => name === UPLOAD_FILE || PART_NAME.test(name)
    const files = ownEntries(directory, { kind: 'file', isOwn: isPart }, warn)
    const needed = kept.get(uploadId)
    const upload = needed
      ? undefined
      : (readJson(inside(directory, UPLOAD_FILE)) as UploadRecord | undefined)
    if (upload && upload.uploadId !== uploadId) {
      warnOfForeign(directory, warn)
      return []
    }
    if (upload) return [{ upload, parts: loadParts(directory, files, warn) }]
    // The upload has ended. Remove its files that no object needs, including its record.
    for (const file of files) if (!needed?.has(file)) rmSync(inside(directory, file))
    if (readdirSync(directory).length === 0) rmdirSync(directory)
    return []
  })
}

function loadParts(directory: string, files: readonly string[], warn: Warn): PartRecord[] {
  const newest = new Map<number, PartRecord>()
  for (const file of files) {
    if (file === UPLOAD_FILE) continue
    const part = readRecord(inside(directory, file)) as PartRecord | undefined
    if (!part) {
      warn(`${inside(directory, file)} is damaged and left out`)
      continue
    }
    if (part.fileName !== file) {
      warnOfForeign(inside(directory, file), warn)
      continue
    }
    const other = newest.get(part.partNumber)
    const older = other && other.lastModifiedMs > part.lastModifiedMs ? part : other
    if (older) rmSync(inside(directory, older.fileName))
    if (older !== part) newest.set(part.partNumber, part)
  }
  return [...newest.values()]
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    // The server only replaces this file by renaming another one, so something else must have
    // damaged it. Continuing would lose data.
    throw new Error(`${path} cannot be read`, { cause: error })
  }
}

interface OwnEntries {
  readonly kind: 'file' | 'directory'
  readonly isOwn: (name: string) => boolean
}

/**
 * Warns about all entries that do not belong to the storage.
 *
 * @throws {Error} With `code` `ELOOP` if a symbolic link has the name of one of the storage's
 *   files.
 */
function ownEntries(directory: string, { kind, isOwn }: OwnEntries, warn: Warn): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => {
      const isNamed = isOwn(entry.name)
      if (isNamed && entry.isSymbolicLink()) refuseLink(inside(directory, entry.name))
      const own = isNamed && kindOf(entry) === kind
      if (!own) warnOfForeign(`${directory}${sep}${entry.name}`, warn)
      return own
    })
    .map((entry) => entry.name)
}

function warnOfForeign(path: string, warn: Warn): void {
  warn(`${path} does not belong to this server and is ignored`)
}

function kindOf(entry: Dirent): OwnEntries['kind'] | undefined {
  if (entry.isDirectory()) return 'directory'
  return entry.isFile() ? 'file' : undefined
}
