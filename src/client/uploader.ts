/**
 * The entry of `waybill/client`: an uploader for one signer.
 *
 * @module
 */

import { baseContentType } from '../protocol/content-type.ts'
import type { FileDescription } from '../protocol/messages.ts'
import type { RuleName, RuleResult, UploadRules } from '../protocol/upload-rule.ts'
import type { Engine } from './engine.ts'
import type { InterruptedUpload } from './resume/interrupted.ts'
import { checkSource, sourceName, type UploadSource } from './upload/file-source.ts'
import type { Progress } from './upload/progress.ts'
import { Upload } from './upload/upload.ts'
import { FileSteps } from './upload/upload-run.ts'
import { createEngine, type UploaderOptions } from './uploader-options.ts'

export interface UploadOptions<Name extends string = string> {
  /** May be left out where the signer has one rule. */
  readonly rule?: Name
  /** For the rule's `key` and `onComplete`; at most 16 entries, 1 KB in all. */
  readonly metadata?: Readonly<Record<string, string>>
  /** Aborts the upload. */
  readonly signal?: AbortSignal
  /** The same as `on('progress', …)`. */
  readonly onProgress?: (progress: Progress) => void
  /** @default the file's own name, else `file` */
  readonly name?: string
  /** Content type. @default the file's own, else `application/octet-stream` */
  readonly type?: string
}

export interface Uploader<Rules extends UploadRules> {
  /**
   * Starts at once. What the network or the signer does never throws here: see `Upload.done`.
   *
   * @throws {TypeError} When `file` is nothing that could be one.
   */
  upload<Name extends RuleName<Rules>>(
    file: UploadSource,
    options?: UploadOptions<Name>,
  ): Upload<RuleResult<Rules, Name>>
  /** Uploads that a reload, a crash or a failure has interrupted, the newest first. */
  interrupted(): Promise<readonly InterruptedUpload[]>
  /**
   * Forgets all uploads of the uploader's scope: aborts those under way here, removes all resume
   * records, also of other tabs, and asks the signer to take back the parts that S3 has, for 5 s at
   * most. For a logout: call it while the signer still knows the person.
   */
  forgetAll(): Promise<void>
}

/**
 * All uploads of one uploader share its connections: make one for the page.
 *
 * @throws {TypeError | RangeError} Which option is wrong, and what it may be.
 */
export function createUploader<Rules extends UploadRules = UploadRules>(
  options: UploaderOptions,
): Uploader<Rules> {
  const engine = createEngine(options)
  const running = new Set<Pick<Upload, 'abort'>>()
  const start = <Result>(file: UploadSource, uploadOptions: UploadOptions): Upload<Result> => {
    const upload = startUpload<Result>(engine, file, uploadOptions)
    running.add(upload)
    upload.done.catch(() => {}).finally(() => running.delete(upload))
    return upload
  }
  return {
    upload: (file, uploadOptions = {}) => start(file, uploadOptions),
    interrupted: async () => (await loadInterrupted()).findInterrupted(engine, start),
    forgetAll: async () => {
      for (const upload of running) upload.abort()
      await (await loadInterrupted()).forgetRecords(engine)
    },
  }
}

/** A chunk of its own: most pages never ask. */
function loadInterrupted() {
  return import('./resume/interrupted.ts')
}

function startUpload<Result>(
  engine: Engine,
  source: UploadSource,
  options: UploadOptions,
): Upload<Result> {
  checkSource(source)
  const { rule, signal, onProgress } = options
  const describe = (file: Blob) => describeFile(sourceName(source), file, options)
  const steps = new FileSteps<Result>(engine, {
    source,
    describe,
    ...(rule === undefined ? {} : { rule }),
  })
  const known = source instanceof Blob ? source : new Blob()
  const upload = new Upload(describe(known), steps, engine.effects.now)
  if (onProgress) upload.on('progress', onProgress)
  if (signal?.aborted) upload.abort()
  signal?.addEventListener('abort', () => upload.abort(), { once: true })
  return upload
}

function describeFile(ownName: string, file: Blob, options: UploadOptions): FileDescription {
  const { name = ownName, type = file.type, metadata } = options
  return {
    name,
    size: file.size,
    type: baseContentType(type) || 'application/octet-stream',
    ...(metadata ? { metadata } : {}),
  }
}
