/**
 * Implements `UploadList`, where the methods are documented.
 *
 * @module
 */

import { baseContentType } from '../../protocol/base-content-type.ts'
import type { RuleHints } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { RuleName, RuleResult, UploadRules } from '../../protocol/upload-rule.ts'
import { type Effects, inTime, platformEffects, reportError } from '../effects.ts'
import { withName } from '../file/file-source.ts'
import type { UploadDescription } from '../upload/engine.ts'
import type { Upload } from '../upload/upload.ts'
import type { Uploader } from '../uploader.ts'
import type { ListHelp } from './list-help.ts'
import { ListEntry } from './list-item.ts'
import { loadListChunk } from './load-list-chunk.ts'
import { Notifier } from './throttled-notifier.ts'
import { totalOf } from './total-progress.ts'
import {
  type AddOptions,
  type AnyUploader,
  checkListOptions,
  type FileMetadata,
  isRefused,
  receiptsOf,
  type UploadItem,
  type UploadList,
  type UploadListArguments,
  type UploadListOptions,
  type UploadListSnapshot,
} from './upload-list.ts'

/**
 * Creates a list of uploads under one rule. The list makes no requests until it is used, so you can
 * create it during server-side rendering.
 *
 * @throws {TypeError | RangeError} When an option is invalid.
 * @example
 * ```ts
 * const list = createUploadList(uploader, { rule: 'photos' })
 * list.subscribe(() => {
 *   const { items, total } = list.getSnapshot()
 *   draw(total.fraction)
 * })
 * list.add([file])
 * ```
 */
export function createUploadList<Rules extends UploadRules, Name extends RuleName<Rules>>(
  uploader: Uploader<Rules>,
  ...[options = {}]: UploadListArguments<Rules, Name>
): UploadList<RuleResult<Rules, Name>> {
  checkListOptions(options)
  return new LiveList<RuleResult<Rules, Name>>(uploader as unknown as AnyUploader, options)
}

/** How long added files wait for the rule's hints. */
const PATIENCE_MS = 1_500
const NONE: UploadListSnapshot['interrupted'] = Object.freeze([])

export class LiveList<Result> implements UploadList<Result> {
  readonly #uploader: AnyUploader
  #options: UploadListOptions<string, Result>
  readonly #entries = new Map<string, ListEntry<Result>>()
  /** Entries that count towards `maxFiles`: all except failed and aborted ones. */
  readonly #placed = new Set<ListEntry<Result>>()
  readonly #notifier: Notifier
  readonly #effects: Effects
  #loading: Promise<ListHelp<Result>> | undefined
  #help: ListHelp<Result> | undefined
  #patience: Promise<void> | undefined
  #added = 0
  #snapshot: UploadListSnapshot<Result> | undefined

  constructor(uploader: AnyUploader, options: UploadListOptions<string, Result>) {
    this.#uploader = uploader
    this.#options = options
    this.#effects = platformEffects(options.effects)
    this.#notifier = new Notifier(this.#effects.wait, () => this.#entries.size)
  }

  getSnapshot = (): UploadListSnapshot<Result> => {
    this.#snapshot ??= this.#describe()
    return this.#snapshot
  }

  subscribe = (listener: () => void): (() => void) => {
    const isFirst = !this.#notifier.isHeard
    const stop = this.#notifier.subscribe(listener)
    if (isFirst) {
      this.#load().then(
        (help) => help.loadHintsAndInterrupted(),
        () => {}, // uploads work without this code
      )
    }
    return stop
  }

  add: UploadList['add'] = (files, options = {}) => {
    return [...files].map((file) => this.#addFile(file, options))
  }

  start = (id?: string): void => this.#each(id, (entry) => entry.start())
  pause = (id?: string): void => this.#each(id, (entry) => entry.pause())
  resume = (id?: string): void => this.#each(id, (entry) => entry.resume())
  abort = (id?: string): void => this.#each(id, (entry) => entry.abort())

  retry = (id?: string): void => {
    this.#each(id, (entry) => {
      const { state, error } = entry.read()
      if (id !== undefined || (state === 'failed' && !isRefused(error))) entry.retry()
    })
  }

  remove: UploadList['remove'] = async (id, { stored } = {}): Promise<void> => {
    const entry = this.#entries.get(id)
    if (!entry) return
    const removing = stored !== 'keep' && this.#help?.removeStored(entry.read())
    if (removing) await removing
    this.#entries.delete(id)
    entry.abort()
    this.#letGo(entry)
    this.#changed()
  }

  clear: UploadList['clear'] = ({ receipts } = {}): void => {
    const sent = receipts && new Set<string | undefined>(receipts)
    for (const entry of this.#entries.values()) {
      const { completed } = entry.read()
      if (!completed || (sent && !sent.has(completed.receipt))) continue
      this.#entries.delete(entry.id)
      this.#letGo(entry)
    }
    this.#changed()
  }

  resumeInterrupted = (id: string, file?: File): string | undefined => {
    const upload = this.#help?.interrupted.take(id, file)
    if (!upload) return undefined
    return this.#add(file, file ?? upload, upload.path, (source) => upload.resume(source))
  }

  forgetInterrupted = async (id: string): Promise<void> => {
    const forgotten = this.#help?.interrupted.forget(id)
    this.#changed()
    await forgotten
  }

  hints = async (): Promise<RuleHints> => (await this.#load()).rule.ask()

  /**
   * React calls this after every committed render, so notify listeners only if something has
   * changed.
   */
  update: UploadList<Result>['update'] = (options): void => {
    checkListOptions(options)
    const { rule } = this.#options
    const hints = this.#options.hints ?? options.hints
    const isNew = hints && !this.#options.hints && !this.#help?.rule.hints
    this.#options = {
      ...options,
      ...(rule === undefined ? {} : { rule }),
      ...(hints ? { hints } : {}),
    }
    if (isNew) this.#changed()
  }

  destroy: UploadList['destroy'] = ({ uploads = 'abort' } = {}): void => {
    for (const entry of this.#entries.values()) {
      if (uploads === 'abort') entry.abort()
      this.#letGo(entry)
    }
    this.#entries.clear()
    this.#notifier.clear()
    this.#changed()
  }

  /** The upload may continue, but its bytes no longer count in this list. */
  #letGo(entry: ListEntry<Result>): void {
    this.#placed.delete(entry)
    entry.release()
    if (entry.upload) this.#help?.meter.forget(entry.upload)
  }

  #load(): Promise<ListHelp<Result>> {
    this.#loading ??= loadListChunk(this.#effects).then(
      ({ ListHelp }) => {
        this.#help = new ListHelp({
          uploader: this.#uploader,
          options: this.#options,
          effects: this.#effects,
          changed: () => this.#changed(),
          moved: () => this.#moved(),
        })
        return this.#help
      },
      (error: unknown) => {
        this.#loading = undefined
        throw error
      },
    )
    return this.#loading
  }

  /**
   * @returns A promise to await before checking files, or `undefined` if they can be checked now.
   */
  #ready(): Promise<void> | undefined {
    if (this.#help?.rule.isSettled) return undefined
    const settle = () => {
      this.#patience = undefined
      this.#help?.rule.settle()
    }
    const know = async () => (await this.#load()).rule.ask()
    this.#patience ??= inTime(know(), PATIENCE_MS, this.#effects.wait).then(settle, settle)
    return this.#patience
  }

  #addFile(file: File, { metadata, path }: AddOptions): string {
    // `''` sends no path, even if the file came from a folder.
    const inFolder = path?.(file) ?? file.webkitRelativePath
    return this.#add(file, file, inFolder, (source = file) => {
      // `prepare` may have returned a file with another name.
      const { name } = source instanceof File ? source : file
      // This cast trusts the rules type that the uploader was created with.
      return this.#uploader.upload(source, {
        name: name || undefined,
        path: inFolder && withName(inFolder, file.name, name),
        rule: this.#options.rule,
        metadata: metadataOf(file, this.#options.metadata, metadata),
      }) as Upload<Result>
    })
  }

  #add(
    file: File | undefined,
    known: UploadDescription,
    path: string | undefined,
    start: (source?: Blob) => Upload<Result>,
  ): string {
    this.#added += 1
    const entry: ListEntry<Result> = new ListEntry({
      id: String(this.#added),
      file,
      known,
      path,
      make: (signal, begins) => {
        this.#checkCount(entry)
        return this.#make(file, start, signal, begins)
      },
      verdictOn: ({ receipt }, signal) =>
        this.#options.verdicts && receipt !== undefined
          ? this.#load().then(
              (help) => help.verdictOn(receipt, signal),
              () => undefined,
            )
          : undefined,
      onChange: (isOver) => this.#entryChanged(entry, isOver),
    })
    this.#entries.set(entry.id, entry)
    this.#placed.add(entry)
    if (this.#options.autostart ?? true) entry.start()
    else this.#screen(entry, file)
    this.#changed()
    return entry.id
  }

  /** Fails a file before it starts if it would be rejected anyway. */
  #screen(entry: ListEntry<Result>, file: File | undefined): void {
    const screen = () => {
      if (entry.state !== 'ready') return
      try {
        this.#checkCount(entry)
        if (file && !this.#options.prepare) this.#check(file.name, file)
      } catch (error) {
        entry.fail(error)
      }
    }
    screen()
    void this.#ready()?.then(screen)
  }

  #make(
    file: File | undefined,
    start: (source?: Blob) => Upload<Result>,
    signal: AbortSignal,
    begins: () => void,
  ): Upload<Result> | Promise<Upload<Result>> {
    const { prepare } = this.#options
    const begin = (source: Blob | undefined) => {
      signal.throwIfAborted()
      if (file && source) this.#check(file.name, source)
      return start(source)
    }
    const ready = this.#ready()
    if (!(file && prepare)) {
      const turn = ready ? ready.then(() => this.#help?.turn()) : this.#help?.turn()
      return turn ? turn.then(() => begin(file)) : begin(file)
    }
    const preparing = this.#load().then((help) => help.prepare({ prepare, file, signal, begins }))
    return Promise.all([preparing, ready]).then(([made]) => begin(made))
  }

  #check(name: string, { size, type }: Blob): void {
    this.#help?.rule.check({ name, size, type: baseContentType(type) })
  }

  /**
   * The signer sees each call separately and cannot count a list's files, so `maxFiles` is checked
   * here.
   */
  #checkCount(entry: ListEntry<Result>): void {
    const { maxFiles } = this.#options
    const others = this.#placed.size - (this.#placed.has(entry) ? 1 : 0)
    if (maxFiles === undefined || others < maxFiles) return
    throw new UploadError('TOO_MANY_FILES', `at most ${maxFiles} files are allowed`, {
      details: { actual: others + 1, allowed: maxFiles },
    })
  }

  #each(id: string | undefined, act: (entry: ListEntry<Result>) => void): void {
    const entry = id === undefined ? undefined : this.#entries.get(id)
    if (entry) act(entry)
    else if (id === undefined) this.#entries.forEach(act)
    this.#changed()
  }

  #entryChanged(entry: ListEntry<Result>, isOver: boolean): void {
    if (entry.state === 'failed' || entry.state === 'aborted') this.#placed.delete(entry)
    else this.#placed.add(entry)
    if (entry.upload) this.#help?.meter.note(entry.upload)
    this.#moved()
    if (!isOver) return
    queueMicrotask(() => notifyEnded(entry.read(), this.#options))
  }

  #moved(): void {
    this.#snapshot = undefined
    this.#notifier.moved()
  }

  #changed(): void {
    this.#snapshot = undefined
    this.#notifier.changed()
  }

  #describe(): UploadListSnapshot<Result> {
    const items = Object.freeze([...this.#entries.values()].map((entry) => entry.read()))
    const hints = this.#help?.rule.hints ?? this.#options.hints
    return Object.freeze({
      items,
      total: totalOf(items, this.#help?.meter.rateOf(items)),
      interrupted: this.#help?.interrupted.items ?? NONE,
      ...(hints ? { hints } : {}),
      receipts: Object.freeze(receiptsOf(items)),
    })
  }
}

function metadataOf(
  file: File,
  ofList: FileMetadata | undefined,
  added: FileMetadata | undefined,
): Readonly<Record<string, string>> | undefined {
  const [first, second] = [ofList, added].map((one) =>
    typeof one === 'function' ? one(file) : one,
  )
  return first && second ? { ...first, ...second } : (second ?? first)
}

function notifyEnded<Result>(
  item: UploadItem<Result>,
  { onDone, onError }: UploadListOptions<string, Result>,
): void {
  try {
    if (item.state === 'done') onDone?.(item)
    else onError?.(item)
  } catch (error) {
    reportError(error)
  }
}
