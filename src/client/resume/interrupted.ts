/**
 * Uploads that an earlier session did not finish, for a page to offer again.
 *
 * @module
 */

import type { Engine } from '../engine.ts'
import type { UploadSource } from '../upload/file-source.ts'
import type { Upload } from '../upload/upload.ts'
import type { UploadOptions } from '../uploader.ts'
import {
  MAX_RECORD_AGE_MS,
  type ResumeRecord,
  type ResumeRecords,
  storedSizeOf,
} from './resume-record.ts'

export interface InterruptedUpload {
  readonly name: string
  /** Bytes. */
  readonly size: number
  readonly type: string
  readonly rule?: string
  readonly metadata?: Readonly<Record<string, string>>
  /** Bytes that S3 has. */
  readonly sent: number
  readonly updatedAt: Date
  /** Whether `resume` finds the file by itself; else it has to be chosen again. */
  readonly canReopen: boolean
  /**
   * Goes on. In browsers it must be called from a person's click, since the file may have to be allowed again. A file
   * that is not the same is uploaded from its beginning.
   *
   * @param file - The file, where `canReopen` is false.
   * @throws {TypeError} When there is no file.
   */
  readonly resume: (file?: UploadSource, options?: ResumeOptions) => Upload
  /** Gives it up and takes back what S3 has. */
  readonly forget: () => Promise<void>
}

export type ResumeOptions = Pick<UploadOptions, 'signal' | 'onProgress'>

type Start = (file: UploadSource, options: UploadOptions) => Upload

/** @returns The newest first; none that is under way in another tab, none that is too old. */
export async function findInterrupted(
  engine: Engine,
  start: Start,
): Promise<readonly InterruptedUpload[]> {
  const { records, endpoint, effects } = engine
  if (!records) return []
  const found: ResumeRecord[] = []
  const oldest = effects.now().getTime() - MAX_RECORD_AGE_MS
  for (const record of await records.list()) {
    if (record.endpoint !== endpoint) continue
    if (record.updatedAt.getTime() < oldest) await records.remove(record.id)
    else if (await isFree(records, record)) found.push(record)
  }
  found.sort((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime())
  return found.map((record) => describeInterrupted(engine, records, record, start))
}

async function isFree(records: ResumeRecords, { id }: ResumeRecord): Promise<boolean> {
  const release = await records.claim(id)
  release?.()
  return release !== undefined
}

function describeInterrupted(
  { calls }: Engine,
  records: ResumeRecords,
  record: ResumeRecord,
  start: Start,
): InterruptedUpload {
  const { name, size, type, rule, metadata, waybill, uploadId } = record
  const known = record.handle ?? record.path
  const own = {
    name,
    type,
    ...(rule === undefined ? {} : { rule }),
    ...(metadata ? { metadata } : {}),
  }
  return {
    ...own,
    size,
    sent: storedSizeOf(record),
    updatedAt: record.updatedAt,
    canReopen: known !== undefined,
    resume: (file = known, options = {}) => {
      if (file === undefined) throw new TypeError(`file is missing: choose ${name} again`)
      return start(file, { ...own, ...options })
    },
    forget: async () => {
      calls.abort({ waybill, uploadId })
      await records.remove(record.id)
    },
  }
}
