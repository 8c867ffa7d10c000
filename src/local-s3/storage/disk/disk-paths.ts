/**
 * Where things are in the directory of a disk storage:
 *
 * ```
 * lock                                        who has the directory
 * tmp/                                        drafts; what a crash has left goes at start
 * buckets/<bucket>/bucket.json                settings
 * buckets/<bucket>/objects/<hash>.<number>    an object, see record-file.ts; the hash is of its key, the number of the
 *                                             write, so that no file is ever written again
 * buckets/<bucket>/objects/….tags             tags that changed after the object was written
 * buckets/<bucket>/uploads/<id>/upload.json   there while the upload is under way
 * buckets/<bucket>/uploads/<id>/<file>        a part; of a complete object too, which points to its parts
 * ```
 *
 * @module
 */

import { hash } from 'node:crypto'
import { join } from 'node:path'
import type { ObjectRecord, PartRecord } from '../../buckets/records.ts'

/** Objects are for the user alone who runs the server. */
export const OWNER_ONLY = { directory: 0o700, file: 0o600 } as const

export const TAGS = '.tags'
export const UPLOAD_FILE = 'upload.json'
export const BUCKET_FILE = 'bucket.json'

/** Names as this server gives them; whatever is called otherwise was put there by somebody else. */
export const DRAFT_NAME = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
export const OBJECT_NAME = /^[0-9a-f]{64}\.[0-9a-z]+$/
export const UPLOAD_NAME = /^[\w-]{64}$/
export const PART_NAME = /^\d{1,5}-[0-9a-f]{16}$/
/** Below a bucket's directory, with `/` on every platform, when it has no settings any more, or not yet. */
export const UNFINISHED_BUCKET =
  /^(?:objects(?:\/[0-9a-f]{64}\.[0-9a-z]+(?:\.tags)?)?|uploads(?:\/[\w-]{64}(?:\/(?:upload\.json|\d{1,5}-[0-9a-f]{16}))?)?)$/

export interface DiskPaths {
  readonly root: string
  readonly lock: string
  readonly drafts: string
  readonly buckets: string
  bucket(name: string): string
  objects(bucket: string): string
  object(bucket: string, record: ObjectRecord): string
  uploads(bucket: string): string
  upload(bucket: string, uploadId: string): string
  part(bucket: string, uploadId: string, part: PartRecord): string
}

export function diskPaths(root: string): DiskPaths {
  const buckets = join(root, 'buckets')
  const bucket = (name: string) => join(buckets, name)
  const objects = (name: string) => join(bucket(name), 'objects')
  const uploads = (name: string) => join(bucket(name), 'uploads')
  const upload = (name: string, uploadId: string) => join(uploads(name), uploadId)
  return {
    root,
    lock: join(root, 'lock'),
    drafts: join(root, 'tmp'),
    buckets,
    bucket,
    objects,
    // A key can hold anything and be longer than a file name may.
    object: (name, { key, sequence }) =>
      join(objects(name), `${hash('sha256', key)}.${sequence.toString(36)}`),
    uploads,
    upload,
    part: (name, uploadId, part) => join(upload(name, uploadId), part.fileName),
  }
}
