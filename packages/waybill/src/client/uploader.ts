/**
 * The entry of `waybill/client`: an uploader for one signer.
 *
 * @module
 */

import { baseContentType } from '../protocol/content-type.ts'
import type { FileDescription, RemoveResponse } from '../protocol/messages.ts'
import type { RuleHints } from '../protocol/rule-hints.ts'
import type { RuleName, RuleResult, UploadRules } from '../protocol/upload-rule.ts'
import type { VerdictResponse } from '../protocol/verdict.ts'
import type { CallOptions } from './signer-calls/shared-calls.ts'
import type { Link, LinkOptions, RemoveOptions, VerdictOptions } from './signer-calls/stored-object.ts'
import type { Engine } from './upload/engine.ts'
import { loadContentTypes } from './load-chunks.ts'
import type { InterruptedUpload } from './interrupted.ts'
import { checkSource, sourceName, sourcePath, type UploadSource } from './file/file-source.ts'
import { Upload } from './upload/upload.ts'
import type { UploadArguments, UploadOptions } from './upload/upload-options.ts'
import { UploadRun } from './upload/upload-run.ts'
import { FINAL } from './upload/upload-state.ts'
import { createEngine, type UploaderOptions } from './uploader-options.ts'

/** Starts uploads, and knows those that were interrupted. */
export interface Uploader<Rules extends UploadRules = UploadRules> {
  /**
   * Starts an upload. Failures of the network or the signer are not thrown here: see `Upload.done`.
   *
   * @throws {TypeError} When `file` is not an `UploadSource`.
   */
  upload<Name extends RuleName<Rules>>(
    file: UploadSource,
    ...[options]: UploadArguments<Rules, Name>
  ): Upload<RuleResult<Rules, Name>>
  /**
   * Opens the connections that the first upload needs: to the signer, and to each of the option
   * `storageOrigins`. Never rejects, sends nothing of a file, and may be called again. Call it when
   * a person is about to choose a file: browsers close what is not used for some ten seconds.
   */
  warm(): Promise<void>
  /** Uploads that a reload, a crash or a failure has interrupted, the newest first. */
  interrupted(): Promise<readonly InterruptedUnder<Rules>[]>
  /**
   * Asks what the caller's rules allow. The browser caches the response for some minutes.
   *
   * @throws {UploadError} When the signer does not say it.
   */
  rules(): Promise<{ readonly [Name in RuleName<Rules>]?: RuleHints }>
  /**
   * Forgets all uploads of the uploader's scope: aborts those under way here, removes all resume
   * records, also of other tabs, and asks the signer to take back the parts that S3 has, for 5 s at
   * most. For a logout: call it while the signer still knows the person.
   */
  forgetAll(): Promise<void>
  /**
   * Asks for a link to a stored file of the person. The rule of the file must have `read`. While
   * arrival has not judged the file, the call is made again for some seconds.
   *
   * @param receipt - What `done` of the upload returned.
   * @throws {UploadError} `READ_NOT_ALLOWED`, `RECEIPT_OWNER`, `OBJECT_NOT_FOUND` and others, see
   *   docs/guide/downloads.md.
   */
  link(receipt: string, options?: LinkOptions): Promise<Link>
  /**
   * Removes a stored file of the person. The rule of the file must have `remove`. What is gone
   * already counts as removed.
   *
   * @param receipt - What `done` of the upload returned.
   * @throws {UploadError} `REMOVE_NOT_ALLOWED`, `RECEIPT_OWNER`, `OBJECT_HELD` and others, see
   *   docs/guide/deleting.md.
   */
  remove(receipt: string, options?: RemoveOptions): Promise<RemoveResponse>
  /**
   * Asks for arrival's verdict on a stored file of the person. While there is none, it asks again,
   * less and less often, for a minute by default; it then resolves with `pending` or `not-scanned`.
   * Every rule allows it.
   *
   * @param receipt - What `done` of the upload returned.
   * @throws {UploadError} `OBJECT_NOT_FOUND`, also when arrival deletes what it rejects;
   *   `RECEIPT_OWNER` and others, see docs/reference/arrival.md.
   * @throws {RangeError} When `waitForMs` is below 0.
   * @example
   * ```ts
   * const answer = await uploader.verdict(receipt)
   * if (answer.verdict === 'rejected') console.warn(`not accepted: ${answer.reason}`)
   * ```
   */
  verdict(receipt: string, options?: VerdictOptions): Promise<VerdictResponse>
}

/** `rule` tells which result a continued upload has. */
type InterruptedUnder<Rules extends UploadRules> = {
  [Name in RuleName<Rules>]: InterruptedUpload<Name, RuleResult<Rules, Name>>
}[RuleName<Rules>]

/**
 * Creates an uploader for one signer. All its uploads share its connections: make one for the page.
 *
 * @throws {TypeError | RangeError} Which option is wrong, and what it may be.
 * @example
 * ```ts
 * import type { rules } from './rules.ts' // checks the names of rules
 *
 * const uploader = createUploader<typeof rules>({ endpoint: '/api/uploads' })
 * const upload = uploader.upload(file, { rule: 'video' })
 * upload.on('progress', ({ fraction }) => draw(fraction))
 * const { key, size } = await upload.done
 * ```
 */
export function createUploader<Rules extends UploadRules = UploadRules>(
  options: UploaderOptions,
): Uploader<Rules> {
  const engine = createEngine(options)
  const running = new Set<Pick<Upload, 'abort'>>()
  const start = <Result>(file: UploadSource, uploadOptions: UploadOptions = {}): Upload<Result> => {
    const upload = startUpload<Result>(engine, file, uploadOptions)
    // Read the state again: a listener before this one may have aborted it.
    const note = () => {
      if (FINAL.has(upload.state)) running.delete(upload)
      else running.add(upload)
    }
    upload.on('state', note)
    note()
    return upload
  }
  return {
    upload: start,
    warm: () =>
      import('./send/warm.ts').then(
        ({ warm }) => warm(options, engine.effects),
        () => {},
      ),
    interrupted: async () => {
      const found = await (await loadInterrupted()).findInterrupted(engine, start)
      // Which rules there are is known from the type that the uploader was created for.
      return found as readonly InterruptedUnder<Rules>[]
    },
    rules: async () => {
      const hints = await (await import('./signer-calls/ask-rules.ts')).askRules(engine)
      // As above.
      return hints as { readonly [Name in RuleName<Rules>]?: RuleHints }
    },
    forgetAll: async () => {
      for (const upload of running) upload.abort()
      await (await loadInterrupted()).forgetRecords(engine)
    },
    link: async (...asked) => (await import('./signer-calls/stored-object.ts')).link(engine, ...asked),
    remove: async (...asked) => (await import('./signer-calls/stored-object.ts')).remove(engine, ...asked),
    verdict: async (...asked) =>
      (await import('./signer-calls/stored-object.ts')).verdict(engine, ...asked),
  }
}

/** A chunk of its own: most pages never ask. */
function loadInterrupted() {
  return import('./resume/kept-uploads.ts')
}

function startUpload<Result>(
  engine: Engine,
  source: UploadSource,
  options: UploadOptions,
): Upload<Result> {
  checkSource(source)
  const { rule, signal, onProgress, name = sourceName(source) } = options
  const path = options.path ?? sourcePath(source, name)
  let guessed = ''
  const guess = async (callOptions: CallOptions) => {
    guessed = (await loadContentTypes(engine, callOptions)).typeOfName(name)
  }
  const describe = (file: Blob) =>
    describeFile(file, { ...options, name, path, type: options.type ?? (file.type || guessed) })
  const run = new UploadRun<Result>(engine, {
    source,
    describe,
    prepare: (file, callOptions) => {
      const isKnown = options.type !== undefined || file.type || guessed || !name.includes('.')
      return isKnown ? undefined : guess(callOptions)
    },
    ...(rule === undefined ? {} : { rule }),
  })
  const known = source instanceof Blob ? source : new Blob()
  const upload = new Upload(describe(known), run, engine.effects)
  if (onProgress) upload.on('progress', onProgress)
  if (signal) abortBy(signal, upload)
  return upload
}

/** Removes its listener from the caller's signal, which may outlive thousands of uploads. */
function abortBy(signal: AbortSignal, upload: Upload): void {
  const abort = () => upload.abort()
  const listen = () => {
    if (FINAL.has(upload.state)) signal.removeEventListener('abort', abort)
    else if (signal.aborted) abort()
    else signal.addEventListener('abort', abort)
  }
  // Other listeners must get this state before the next one.
  upload.on('state', () => queueMicrotask(listen))
  listen()
}

/** Describes a file to the signer, as far as it is open. */
function describeFile(
  file: Blob,
  {
    name,
    path,
    type,
    metadata,
  }: Pick<FileDescription, 'name' | 'type' | 'metadata'> & { readonly path: string | undefined },
): FileDescription {
  return {
    name,
    size: file.size,
    type: baseContentType(type) || 'application/octet-stream',
    ...(path ? { path } : {}),
    ...(metadata ? { metadata } : {}),
  }
}
