import { baseContentType } from '../protocol/base-content-type.ts'
import type { FileDescription, RuleHints } from '../protocol/messages.ts'
import type { RuleName, UploadRules } from '../protocol/upload-rule.ts'
import { checkSource, sourceName, sourcePath, type UploadSource } from './file/file-source.ts'
import { loadListChunk } from './list/load-list-chunk.ts'
import { loadFailureHandling } from './send/load-failure-handling.ts'
import type { Engine } from './upload/engine.ts'
import { Upload, type UploadOptions } from './upload/upload.ts'
import { loadLargeFiles, UploadRun } from './upload/upload-run.ts'
import { isFinal } from './upload/upload-state.ts'
import type { InterruptedUnder, Uploader } from './uploader.ts'
import { createEngine, type UploaderOptions } from './uploader-options.ts'

/**
 * Creates an uploader for one signer. Create a single uploader for the whole page, so that all
 * uploads share its connections.
 *
 * @throws {TypeError | RangeError} When an option is invalid.
 * @example
 * ```ts
 * import type { rules } from './rules.ts' // rule names are checked
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
    // Read the state again, because an earlier listener may have aborted the upload.
    const note = () => {
      if (isFinal(upload.state)) running.delete(upload)
      else running.add(upload)
    }
    upload.on('state', note)
    note()
    return upload
  }
  const onDemand = () => loadListChunk(engine.effects)
  return {
    upload: start,
    warm: () =>
      loadFailureHandling(engine.effects).then(
        ({ warm }) => warm(options, engine.effects),
        () => {},
      ),
    interrupted: async () => {
      const found = await (await loadLargeFiles(engine.effects)).findInterrupted(engine, start)
      // This cast trusts the caller's `Rules` type to match the signer's rules.
      return found as readonly InterruptedUnder<Rules>[]
    },
    rules: async () => {
      const hints = await (await onDemand()).askRules(engine.calls)
      return hints as { readonly [Name in RuleName<Rules>]?: RuleHints }
    },
    forgetAll: async () => {
      for (const upload of running) upload.abort()
      await (await loadLargeFiles(engine.effects)).forgetRecords(engine)
    },
    link: async (...asked) => (await onDemand()).link(engine, ...asked),
    remove: async (...asked) => (await onDemand()).remove(engine, ...asked),
    verdict: async (...asked) => (await onDemand()).verdict(engine, ...asked),
  }
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
  const guess = async (signal: AbortSignal) => {
    guessed = (await loadFailureHandling(engine.effects, signal)).typeOfName(name)
  }
  const describe = (file: Blob) =>
    describeFile(file, { ...options, name, path, type: options.type ?? (file.type || guessed) })
  const run = new UploadRun<Result>(engine, {
    source,
    describe,
    prepare: (file, signal) => {
      const isKnown = options.type !== undefined || file.type || guessed || !name.includes('.')
      return isKnown ? undefined : guess(signal)
    },
    ...(rule === undefined ? {} : { rule }),
  })
  const known = source instanceof Blob ? source : new Blob()
  const upload = new Upload(describe(known), run, engine.effects)
  if (onProgress) upload.on('progress', onProgress)
  if (signal) abortBy(signal, upload)
  return upload
}

/**
 * Removes its listener once the upload has ended, because the caller's signal may outlive thousands
 * of uploads.
 */
function abortBy(signal: AbortSignal, upload: Upload): void {
  const abort = () => upload.abort()
  const listen = () => {
    if (isFinal(upload.state)) signal.removeEventListener('abort', abort)
    else if (signal.aborted) abort()
    else signal.addEventListener('abort', abort)
  }
  // Let other listeners receive this state before an abort changes it.
  upload.on('state', () => queueMicrotask(listen))
  listen()
}

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
