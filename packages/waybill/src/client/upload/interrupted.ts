import { UploadError } from '../../protocol/upload-error.ts'
import type { UploadSource } from '../file/file-source.ts'
import { type ResumeRecord, type ResumeStore, storedSizeOf } from '../resume/resume-record.ts'
import type { Engine } from './engine.ts'
import type { Upload, UploadOptions } from './upload.ts'

/** An unfinished multipart upload from an earlier session. */
export interface InterruptedUpload<Name extends string = string, Result = unknown> {
  readonly name: string
  /** The path within the chosen folder. Missing if no folder was chosen. */
  readonly path?: string
  /** Size of the file in bytes. */
  readonly size: number
  readonly type: string
  readonly rule?: Name
  readonly metadata?: Readonly<Record<string, string>>
  /** The number of bytes already stored in S3. */
  readonly sent: number
  readonly updatedAt: Date
  /** Whether `resume` can reopen the file. Otherwise, the user has to choose it again. */
  readonly canReopen: boolean
  /**
   * Resumes the upload. Call it from a click handler, because the browser may ask for permission to
   * read the file again. If the user chooses a different file, it is uploaded from the beginning.
   *
   * @param file - Required if `canReopen` is false.
   * @throws {TypeError} When `canReopen` is false and `file` is missing.
   */
  readonly resume: (file?: UploadSource, options?: ResumeOptions) => Upload<Result>
  /** Aborts the upload and deletes its parts from S3. */
  readonly forget: () => Promise<void>
}

/** Options for resuming an interrupted upload. */
export type ResumeOptions = Pick<UploadOptions, 'signal' | 'onProgress'>

type Start = (file: UploadSource, options: UploadOptions) => Upload

/** @returns Newest first. Excludes uploads that are too old or that another tab is continuing. */
export async function findInterrupted(
  engine: Engine,
  start: Start,
): Promise<readonly InterruptedUpload[]> {
  const { resumeStore: store, maxRecordAgeMs, effects } = engine
  if (!store) return []
  const fresh: ResumeRecord[] = []
  const oldest = effects.now().getTime() - maxRecordAgeMs
  // If the store cannot be read, offer nothing.
  for (const record of await ownRecords(engine, store).catch(() => [])) {
    if (record.updatedAt.getTime() < oldest) await store.remove(record.id).catch(() => {})
    else fresh.push(record)
  }
  const free = await Promise.all(fresh.map((record) => isFree(store, record).catch(() => false)))
  const found = fresh.filter((_, index) => free[index])
  found.sort((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime())
  return found.map((record) => describeInterrupted(engine, store, record, start))
}

async function ownRecords(
  { endpoint, scope }: Engine,
  store: ResumeStore,
): Promise<ResumeRecord[]> {
  const all = await store.list()
  return all.filter((record) => record.endpoint === endpoint && record.scope === scope)
}

/** How long a logout waits for the signer to delete parts. */
const MAX_FORGET_MS = 5_000

/** Removes all records in the scope, including those from other tabs, and aborts their uploads. */
export async function forgetRecords(engine: Engine): Promise<void> {
  const { resumeStore: store, calls, effects } = engine
  if (!store) return
  const remove = async () => {
    try {
      const own = await ownRecords(engine, store)
      await Promise.all(own.map(({ id }) => store.remove(id)))
      return own
    } catch (cause) {
      // The page has no access to storage, so nothing was ever recorded.
      if (cause instanceof DOMException && cause.name === 'SecurityError') return []
      throw new UploadError('INTERNAL_ERROR', 'resume records could not be removed', { cause })
    }
  }
  const own = await remove()
  const over = new AbortController()
  const aborts = own.map(({ waybill, uploadId }) => calls.abort({ waybill, uploadId }))
  await Promise.race([Promise.all(aborts), effects.wait(MAX_FORGET_MS, over.signal)])
  over.abort()
  // A write in flight may have restored its record.
  await remove()
}

async function isFree(store: ResumeStore, { id }: ResumeRecord): Promise<boolean> {
  return store.isClaimed ? !(await store.isClaimed(id)) : isClaimable(store, id)
}

const LOOKS = new WeakMap<ResumeStore, Map<string, Promise<boolean>>>()

/**
 * Concurrent searches share one claim. Otherwise, each would mistake the other's claim for an
 * upload.
 */
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
      // If the upload had no path before, ignore the path of the newly chosen file.
      return start(file, { path: '', ...own, ...options })
    },
    forget: async () => {
      void calls.abort({ waybill, uploadId })
      await store.remove(record.id)
    },
  }
}
