/**
 * The paths in the directory of a disk storage:
 *
 * ```
 * lock.sqlite                                 locked by the process that uses the directory
 * lock                                        the id of that process, for people
 * tmp/                                        drafts; removed at start
 * buckets/<bucket>/bucket.json                settings (`_con` for a bucket `con`, see below)
 * buckets/<bucket>/index                      see object-index.ts; only while no server runs
 * buckets/<bucket>/objects/<hash>.<number>    an object, see record-file.ts: hash of its key,
 *                                             number of the write; never written again
 * buckets/<bucket>/objects/….amended          tags and lock that changed after the write
 * buckets/<bucket>/uploads/<id>/upload.json   exists until the upload ends
 * buckets/<bucket>/uploads/<id>/<file>        a part, also of a completed object
 * ```
 *
 * @module
 */

import { hash } from 'node:crypto'
import { sep } from 'node:path'
import { isBucketName } from 'waybill-s3/internal/bucket-url'
import type { ObjectRecord, PartRecord } from '../../buckets/records.ts'

export const AMENDMENT = '.amended'
export const UPLOAD_FILE = 'upload.json'
export const BUCKET_FILE = 'bucket.json'

export const DRAFT_NAME = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
export const OBJECT_NAME = /^[0-9a-f]{64}\.[0-9a-z]+$/
export const UPLOAD_NAME = /^[\w-]{64}$/
export const PART_NAME = /^\d{1,5}-[0-9a-f]{16}$/
/**
 * The paths that a bucket's directory may contain if its creation or deletion was interrupted. The
 * separator is `/` on every platform.
 */
export const UNFINISHED_BUCKET =
  /^(?:index|objects(?:\/[0-9a-f]{64}\.[0-9a-z]+(?:\.amended)?)?|uploads(?:\/[\w-]{64}(?:\/(?:upload\.json|\d{1,5}-[0-9a-f]{16}))?)?)$/

/**
 * Windows reserves these device names in every folder and with any extension. No program can open a
 * file with such a name.
 */
const DEVICE_NAME = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/

/** Bucket names never begin with `_`, so the prefix is unambiguous. */
function bucketDirectory(name: string): string {
  return DEVICE_NAME.test(name) ? `_${name}` : name
}

export function bucketOfDirectory(directory: string): string | undefined {
  const name = directory.replace(/^_/, '')
  return isBucketName(name) && bucketDirectory(name) === directory ? name : undefined
}

/**
 * Builds every path below the root, because names come from records, and a directory that came with a
 * repository can contain any record.
 *
 * @throws {Error} If `name` is not the name of a single file or directory.
 */
export function inside(directory: string, name: string): string {
  if (typeof name !== 'string' || !/^(?!\.{0,2}$)[^/\\\0]+$/.test(name)) {
    throw new Error(`a record in ${directory} has a name that is not a file name`)
  }
  // `join` would normalize the same directory for every file, which takes noticeable time.
  return directory + sep + name
}

/** A key can contain any character and be too long for a file name, so its hash is used. */
export function objectName({ key, sequence }: ObjectRecord): string {
  return `${hash('sha256', key)}.${sequence.toString(36)}`
}

export interface DiskPaths {
  readonly root: string
  readonly lock: string
  readonly holder: string
  readonly drafts: string
  readonly buckets: string
  bucket(name: string): string
  index(bucket: string): string
  objects(bucket: string): string
  object(bucket: string, record: ObjectRecord): string
  uploads(bucket: string): string
  upload(bucket: string, uploadId: string): string
  part(bucket: string, uploadId: string, part: PartRecord): string
}

export function diskPaths(root: string): DiskPaths {
  const buckets = inside(root, 'buckets')
  const bucket = (name: string) => inside(buckets, bucketDirectory(name))
  const objects = (name: string) => inside(bucket(name), 'objects')
  const uploads = (name: string) => inside(bucket(name), 'uploads')
  const upload = (name: string, uploadId: string) => inside(uploads(name), uploadId)
  return {
    root,
    lock: inside(root, 'lock.sqlite'),
    holder: inside(root, 'lock'),
    drafts: inside(root, 'tmp'),
    buckets,
    bucket,
    index: (name) => inside(bucket(name), 'index'),
    objects,
    object: (name, record) => inside(objects(name), objectName(record)),
    uploads,
    upload,
    part: (name, uploadId, part) => inside(upload(name, uploadId), part.fileName),
  }
}
