/**
 * The files of one list: what is done about them, and the snapshot that shows them. `UploadList`
 * says what each function means.
 *
 * @module
 */

import type { RuleHints } from '../../protocol/rule-hints.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { platformEffects } from '../effects.ts'
import type { InterruptedUpload } from '../resume/interrupted.ts'
import type { UploadSource } from '../upload/file-source.ts'
import { reportError } from '../upload/report-error.ts'
import { Semaphore } from '../upload/semaphore.ts'
import type { Upload } from '../upload/upload.ts'
import type { UploadOptions } from '../upload/upload-options.ts'
import type { UploadDescription } from '../upload/upload-steps.ts'
import type { InterruptedItems } from './interrupted-items.ts'
import { describeSource, ListEntry } from './list-entry.ts'
import { checkListOptions, type UploadListOptions } from './list-options.ts'
import { Notifier } from './notifier.ts'
import type { Preparation } from './prepare.ts'
import { RuleKnowledge } from './rule-knowledge.ts'
import type { UploadListSnapshot } from './snapshot.ts'
import { totalOf } from './totals.ts'
import type { UploadList } from './upload-list.ts'

/** An uploader whose rules are not known here: `createUploadList` has checked the name. */
export interface AnyUploader {
  upload(file: UploadSource, options: UploadOptions): Upload
  interrupted(): Promise<readonly InterruptedUpload[]>
  rules(): Promise<Readonly<Record<string, RuleHints>>>
}

/** A photo that is decoded takes 4 bytes for each of its pixels. */
const PREPARED_AT_ONCE = 2
const NONE: UploadListSnapshot['interrupted'] = Object.freeze([])

/** A list at work: its items, who hears of them, and what is known of its rule. */
export class FilesOfRule<Result> implements UploadList<Result> {
  readonly #uploader: AnyUploader
  #options: UploadListOptions<string, Result>
  readonly #entries = new Map<string, ListEntry<Result>>()
  readonly #notifier: Notifier
  readonly #rule: RuleKnowledge
  /** Missing until they were looked for. */
  #interrupted: InterruptedItems<Result> | undefined
  readonly #places = new Semaphore(PREPARED_AT_ONCE)
  #added = 0
  #snapshot: UploadListSnapshot<Result> | undefined

  constructor(uploader: AnyUploader, options: UploadListOptions<string, Result>) {
    const { rule, hints, effects } = options
    const { wait } = platformEffects(effects)
    this.#uploader = uploader
    this.#options = options
    this.#notifier = new Notifier(wait)
    this.#rule = new RuleKnowledge(
      () => uploader.rules(),
      rule,
      wait,
      () => this.#changed(),
    )
    this.#rule.hints = hints
  }

  getSnapshot = (): UploadListSnapshot<Result> => {
    this.#snapshot ??= this.#describe()
    return this.#snapshot
  }

  subscribe = (listener: () => void): (() => void) => {
    const isFirst = !this.#notifier.isHeard
    const stop = this.#notifier.subscribe(listener)
    if (isFirst) {
      this.#rule.ask().catch(() => {}) // uploads work without
      this.#lookForInterrupted().catch(reportError)
    }
    return stop
  }

  add = (files: Iterable<File>): readonly string[] => {
    return [...files].map((file) => this.#addFile(file))
  }

  start = (id?: string): void => this.#each(id, (entry) => entry.start())
  pause = (id?: string): void => this.#each(id, (entry) => entry.pause())
  resume = (id?: string): void => this.#each(id, (entry) => entry.resume())
  abort = (id?: string): void => this.#each(id, (entry) => entry.abort())

  retry = (id?: string): void => {
    this.#each(id, (entry) => {
      if (id !== undefined || entry.state === 'failed') entry.retry()
    })
  }

  remove = async (id: string): Promise<void> => {
    const entry = this.#entries.get(id)
    if (!entry) return
    this.#entries.delete(id)
    entry.abort()
    entry.release()
    this.#changed()
  }

  resumeInterrupted = (id: string, file?: File): string | undefined => {
    const upload = this.#interrupted?.take(id)
    if (!upload) return undefined
    return this.#add(file, file ? describeSource(file) : upload, (source) => upload.resume(source))
  }

  forgetInterrupted = async (id: string): Promise<void> => {
    const forgotten = this.#interrupted?.take(id)?.forget()
    this.#changed()
    await forgotten
  }

  hints = (): Promise<RuleHints> => this.#rule.ask()

  update: UploadList<Result>['update'] = (options): void => {
    checkListOptions(options)
    const { rule } = this.#options
    this.#options = { ...options, ...(rule === undefined ? {} : { rule }) }
    this.#rule.hints ??= options.hints
  }

  destroy: UploadList['destroy'] = ({ uploads = 'abort' } = {}): void => {
    for (const entry of this.#entries.values()) {
      if (uploads === 'abort') entry.abort()
      entry.release()
    }
    this.#entries.clear()
    this.#notifier.clear()
    this.#changed()
  }

  async #lookForInterrupted(): Promise<void> {
    const { InterruptedItems } = await import('./first-use.ts')
    this.#interrupted ??= new InterruptedItems(async () => {
      const found = await this.#uploader.interrupted()
      const { rule } = this.#options
      return found.filter((one) => one.rule === rule) as InterruptedUpload<string, Result>[]
    })
    await this.#interrupted.load()
    this.#changed()
  }

  #addFile(file: File): string {
    const { rule, metadata } = this.#options
    const known = describeSource(file)
    const options = {
      name: known.name,
      ...(rule === undefined ? {} : { rule }),
      ...(metadata ? { metadata } : {}),
    }
    // What a rule answers is typed by the rules that the uploader was created for.
    const start = (source: Blob = file) => this.#uploader.upload(source, options) as Upload<Result>
    return this.#add(file, known, start)
  }

  #add(
    file: File | undefined,
    known: UploadDescription,
    start: (source?: Blob) => Upload<Result>,
  ): string {
    this.#added += 1
    const entry: ListEntry<Result> = new ListEntry({
      id: String(this.#added),
      file,
      known,
      make: (signal, preparing) => {
        this.#checkCount(entry)
        return this.#make(file, start, signal, preparing)
      },
      onChange: (changed, isOver) => this.#moved(changed, isOver),
    })
    this.#entries.set(entry.id, entry)
    if (this.#options.autostart ?? true) entry.start()
    this.#changed()
    return entry.id
  }

  #make(
    file: File | undefined,
    start: (source?: Blob) => Upload<Result>,
    signal: AbortSignal,
    preparing: () => void,
  ): Upload<Result> | Promise<Upload<Result>> {
    const rule = this.#rule
    const { prepare } = this.#options
    const begin = (source: Blob | undefined) => {
      signal.throwIfAborted()
      if (file && source) rule.check({ name: file.name, size: source.size, type: source.type })
      return start(source)
    }
    const ready = rule.ready()
    if (file && prepare) {
      const making = this.#prepare({ prepare, file, signal, begins: preparing })
      return Promise.all([making, ready]).then(([made]) => begin(made))
    }
    return ready ? ready.then(() => begin(file)) : begin(file)
  }

  async #prepare(preparation: Preparation): Promise<Blob> {
    const { prepareFile } = await import('./first-use.ts')
    return prepareFile(this.#places, preparation)
  }

  /** @throws {UploadError} `TOO_MANY_FILES` */
  #checkCount(entry: ListEntry<Result>): void {
    const { maxFiles } = this.#options
    if (maxFiles === undefined) return
    const others = [...this.#entries.values()].filter(
      (other) => other !== entry && other.state !== 'failed' && other.state !== 'aborted',
    )
    if (others.length < maxFiles) return
    throw new UploadError('TOO_MANY_FILES', `at most ${maxFiles} files are allowed`, {
      details: { actual: others.length + 1, allowed: maxFiles },
    })
  }

  #each(id: string | undefined, act: (entry: ListEntry<Result>) => void): void {
    for (const entry of [...this.#entries.values()]) {
      if (id === undefined || entry.id === id) act(entry)
    }
    this.#changed()
  }

  #moved(entry: ListEntry<Result>, isOver: boolean): void {
    this.#snapshot = undefined
    this.#notifier.moved()
    if (!isOver) return
    const { onDone, onError } = this.#options
    queueMicrotask(() => {
      try {
        const item = entry.read()
        if (item.state === 'done') onDone?.(item)
        else onError?.(item)
      } catch (error) {
        reportError(error)
      }
    })
  }

  #changed(): void {
    this.#snapshot = undefined
    this.#notifier.changed()
  }

  #describe(): UploadListSnapshot<Result> {
    const items = Object.freeze([...this.#entries.values()].map((entry) => entry.read()))
    const { hints } = this.#rule
    const receipts = items.flatMap(({ completed }) => completed?.receipt ?? [])
    return Object.freeze({
      items,
      total: totalOf(items),
      interrupted: this.#interrupted?.items ?? NONE,
      ...(hints ? { hints } : {}),
      receipts: Object.freeze(receipts),
    })
  }
}
