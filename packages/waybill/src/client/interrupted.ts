/**
 * Uploads that an earlier session did not finish, for a page to offer again.
 *
 * @module
 */

import { UploadError } from '../protocol/upload-error.ts'
import type { Engine } from './upload/engine.ts'
import type { UploadSource } from './file/file-source.ts'
import type { Upload } from './upload/upload.ts'
import type { UploadOptions } from './upload/upload-options.ts'
import { type ResumeRecord, type ResumeStore, storedSizeOf } from './resume/resume-record.ts'

/** An upload in parts that an earlier session did not finish. */
export interface InterruptedUpload<Name extends string = string, Result = unknown> {
  readonly name: string
  /** Its folders and its name, if it was uploaded with folders. */
  readonly path?: string
  /** Bytes. */
  readonly size: number
  readonly type: string
  readonly rule?: Name
  readonly metadata?: Readonly<Record<string, string>>
  /** Bytes that S3 has. */
  readonly sent: number
  readonly updatedAt: Date
  /** Whether `resume` finds the file by itself; else it has to be chosen again. */
  readonly canReopen: boolean
  /**
   * Goes on with the upload. Call it from a click: browsers may ask the user to allow the file
   * again. Another file than the interrupted one is uploaded from its beginning.
   *
   * @param file - The file, where `canReopen` is false.
   * @throws {TypeError} When there is no file.
   */
  readonly resume: (file?: UploadSource, options?: ResumeOptions) => Upload<Result>
  /** Aborts it and removes what S3 has of it. */
  readonly forget: () => Promise<void>
}

/** What can be given when an interrupted upload goes on. */
export type ResumeOptions = Pick<UploadOptions, 'signal' | 'onProgress'>

type Start = (file: UploadSource, options: UploadOptions) => Upload

/**
 * @returns The interrupted uploads, newest first, without those that another tab continues and
 * those that are too old.
 */
export async function findInterrupted(
  engine: Engine,
  start: Start,
): Promise<readonly InterruptedUpload[]> {
  const { resumeStore: store, maxRecordAgeMs, effects } = engine
  if (!store) return []
  const fresh: ResumeRecord[] = []
  const oldest = effects.now().getTime() - maxRecordAgeMs
  // If the store is denied or never answers, no upload is offered.
  for (const record of await ownRecords(engine, store).catch(() => [])) {
    if (record.updatedAt.getTime() < oldest) await store.remove(record.id).catch(() => {})
    else fresh.push(record)
  }
  const free = await Promise.all(fresh.map((record) => isFree(store, record).catch(() => false)))
  const found = fresh.filter((_, index) => free[index])
  found.sort((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime())
  return found.map((record) => describeInterrupted(engine, store, record, start))
}

/** Leaves out the records of other signers and other scopes. */
async function ownRecords(
  { endpoint, scope }: Engine,
  store: ResumeStore,
): Promise<ResumeRecord[]> {
  const all = await store.list()
  return all.filter((record) => record.endpoint === endpoint && record.scope === scope)
}

/** Logging out does not wait longer than this for the signer to take parts back. */
const MAX_FORGET_MS = 5_000

/**
 * Removes all records of the scope, also of uploads that another tab has under way, and asks the
 * signer to take back the parts that S3 has.
 */
export async function forgetRecords(engine: Engine): Promise<void> {
  const { resumeStore: store, calls, effects } = engine
  if (!store) return
  const remove = async () => {
    try {
      const own = await ownRecords(engine, store)
      await Promise.all(own.map(({ id }) => store.remove(id)))
      return own
    } catch (cause) {
      // The browser denies the page its storage, so nothing was ever kept.
      if (cause instanceof DOMException && cause.name === 'SecurityError') return []
      throw new UploadError('INTERNAL_ERROR', 'resume records could not be removed', { cause })
    }
  }
  const own = await remove()
  const over = new AbortController()
  const aborts = own.map(({ waybill, uploadId }) => calls.abort({ waybill, uploadId }))
  await Promise.race([Promise.all(aborts), effects.wait(MAX_FORGET_MS, over.signal)])
  over.abort()
  // A write that was under way before has brought its record back.
  await remove()
}

async function isFree(store: ResumeStore, { id }: ResumeRecord): Promise<boolean> {
  return store.isClaimed ? !(await store.isClaimed(id)) : isClaimable(store, id)
}

const LOOKS = new WeakMap<ResumeStore, Map<string, Promise<boolean>>>()

/** Two searches at the same time share one claim: neither may take the other for an upload. */
function isClaimable(store: ResumeStore, id: string): Promise<boolean> {
  const looks = LOOKS.get(store) ?? new Map<string, Promise<boolean>>()
  LOOKS.set(store, looks)
  const look = looks.get(id) ?? claimBriefly(store, id).finally(() => looks.delete(id))
  looks.set(id, look)
  return look
}

async function claimBriefly(store: ResumeStore, id: string): Promise<boolean> {
  const release = await store.claim(id)
  release?.()
  return release !== undefined
}

function describeInterrupted(
  { calls }: Engine,
  store: ResumeStore,
  record: ResumeRecord,
  start: Start,
): InterruptedUpload {
  const { name, relativePath: path, size, type, rule, metadata, waybill, uploadId } = record
  const known = record.handle ?? record.path
  const own = {
    name,
    type,
    ...(path === undefined ? {} : { path }),
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
      // A file that had no path gets none from the folder in which it is chosen now.
      return start(file, { path: '', ...own, ...options })
    },
    forget: async () => {
      void calls.abort({ waybill, uploadId })
      await store.remove(record.id)
    },
  }
}
