/**
 * An upload's claim on its resume record, which is found by the file's fingerprint and held by this
 * upload alone.
 *
 * @module
 */

import type { FileDescription } from '../../protocol/messages.ts'
import type { Engine } from '../upload/engine.ts'
import type { UploadSource } from '../file/file-source.ts'
import { fingerprintOf } from './fingerprint.ts'
import { RecordWriter } from './record-writer.ts'
import type { ResumeRecord } from './resume-record.ts'

/** A record that no other upload may use until it is released. */
export interface ClaimedRecord {
  /** The record of an earlier session for this file. */
  readonly found?: ResumeRecord
  /** Keeps the record of an upload from now on. */
  readonly keep: (current: () => CurrentUpload) => RecordWriter
  readonly release: () => void
}

/** The members of a record that change during its upload. */
export type CurrentUpload = Pick<ResumeRecord, 'waybill' | 'uploadId' | 'key' | 'partSize' | 'crcs'>

/** The file of a multipart upload. */
export interface ResumableFile {
  readonly file: Blob
  readonly source: UploadSource
  readonly description: FileDescription
  readonly rule?: string
}

/**
 * Claims the record of a file.
 *
 * @returns `undefined` where there is no store, or another tab holds the record.
 */
export async function claimRecord(
  { resumeStore: store, maxRecordAgeMs, endpoint, scope, effects }: Engine,
  resumable: ResumableFile,
): Promise<ClaimedRecord | undefined> {
  if (!store) return undefined
  const { rule } = resumable
  const own = {
    ...(rule === undefined ? {} : { rule }),
    ...(scope === undefined ? {} : { scope }),
  }
  const id = await fingerprintOf(resumable.file, resumable.description, {
    endpoint,
    ...own,
  })
  try {
    const release = await store.claim(id)
    if (!release) return undefined
    const found = await store.read(id).catch(() => undefined)
    const isFresh = found && effects.now().getTime() - found.updatedAt.getTime() < maxRecordAgeMs
    return {
      ...(isFresh ? { found } : {}),
      keep: (current) => {
        const writer = new RecordWriter(store, id, () => recordOf(current()))
        writer.touch()
        return writer
      },
      release,
    }
  } catch {
    return undefined // no store: the upload does not outlive the page
  }

  function recordOf(current: CurrentUpload): ResumeRecord {
    const { source } = resumable
    const { path: relativePath, ...description } = resumable.description
    return {
      version: 1,
      id,
      endpoint,
      ...own,
      ...description,
      ...(relativePath === undefined ? {} : { relativePath }),
      ...current,
      updatedAt: effects.now(),
      ...(typeof source === 'string' ? { path: source } : {}),
      ...(typeof source === 'object' && 'getFile' in source ? { handle: source } : {}),
    }
  }
}
