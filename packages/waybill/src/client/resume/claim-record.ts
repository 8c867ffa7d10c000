/**
 * Finds an upload's resume record by the file's fingerprint, claims it, and updates it as parts are
 * stored.
 *
 * @module
 */

import type { FileDescription } from '../../protocol/messages.ts'
import type { UploadSource } from '../file/file-source.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { RecordKeeping, ResumeRecord, ResumeStore } from './resume-record.ts'

export interface ClaimedRecord {
  /** The record from an earlier session, unless it is too old. */
  readonly found?: ResumeRecord
  /** Starts writing the record. Call `touch` on the returned writer after each change. */
  readonly keep: (current: () => CurrentUpload) => RecordWriter
  readonly release: () => void
}

export type CurrentUpload = Pick<ResumeRecord, 'waybill' | 'uploadId' | 'key' | 'partSize' | 'crcs'>

export interface ResumableFile {
  readonly file: Blob
  readonly source: UploadSource
  readonly description: FileDescription
  readonly rule?: string
}

/** @returns `undefined` if there is no store, the store fails, or another tab holds the record. */
export async function claimRecord(
  { resumeStore: store, maxRecordAgeMs, endpoint, scope, effects }: RecordKeeping,
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
    return undefined // the store failed, so the upload cannot resume after a reload
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

/**
 * Writes the record after each change, one write at a time. All changes made during a write go into
 * the next one.
 */
export class RecordWriter {
  #dirty = false
  #isWritten = false
  #removed = false
  #writing: Promise<void> = Promise.resolve()
  #busy = false
  readonly #store: ResumeStore
  readonly #id: string
  readonly #current: () => ResumeRecord

  constructor(store: ResumeStore, id: string, current: () => ResumeRecord) {
    this.#store = store
    this.#id = id
    this.#current = current
  }

  touch(): void {
    this.#dirty = true
    if (this.#busy) return
    this.#busy = true
    this.#writing = this.#writeAll()
  }

  async remove(): Promise<void> {
    this.#removed = true
    await this.#writing
    await this.#store.remove(this.#id).catch(() => {})
  }

  async #writeAll(): Promise<void> {
    while (this.#dirty && !this.#removed) {
      this.#dirty = false
      await this.#write().catch(() => {})
    }
    this.#busy = false
  }

  async #write(): Promise<void> {
    // If the record is gone, `forgetAll` in another tab has removed it. Do not write it again.
    if (this.#isWritten && !(await this.#store.read(this.#id))) this.#removed = true
    if (this.#removed) return
    await this.#store.write(this.#current())
    this.#isWritten = true
  }
}
