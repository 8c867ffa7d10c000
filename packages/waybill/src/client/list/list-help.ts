/**
 * The parts of a list that are loaded only when needed: hints, interrupted uploads, the rate and
 * `prepare`.
 *
 * @module
 */

import type { CompleteResponse } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { VerdictResponse } from '../../protocol/verdict.ts'
import type { Effects } from '../effects.ts'
import type { UploadSource } from '../file/file-source.ts'
import { Semaphore } from '../semaphore.ts'
import type { InterruptedUpload } from '../upload/interrupted.ts'
import { ProgressMeter } from '../upload/progress.ts'
import { RuleKnowledge } from './rule-hints.ts'
import { TotalRate } from './total-rate.ts'
import type { AnyUploader, InterruptedItem, UploadItem, UploadListOptions } from './upload-list.ts'

export interface ListHelpOptions<Result> {
  readonly uploader: AnyUploader
  readonly options: Pick<UploadListOptions<string, Result>, 'rule' | 'hints'>
  readonly effects: Effects
  readonly changed: () => void
  readonly moved: () => void
}

/** Limited because a decoded photo takes four bytes per pixel. */
const PREPARED_AT_ONCE = 2
/** Starting more files in one task would make the page stutter. */
const BEGUN_AT_ONCE = 100

export class ListHelp<Result> {
  readonly rule: RuleKnowledge
  readonly interrupted: InterruptedItems<Result>
  readonly meter: TotalRate
  readonly #list: ListHelpOptions<Result>
  readonly #places = new Semaphore(PREPARED_AT_ONCE)
  #begun = 0
  #turn: Promise<void> | undefined

  constructor(list: ListHelpOptions<Result>) {
    const { uploader, options, effects, changed, moved } = list
    this.#list = list
    this.rule = new RuleKnowledge({
      ...effects,
      rule: options.rule,
      given: options.hints,
      askAll: () => uploader.rules(),
      onChange: changed,
    })
    this.interrupted = new InterruptedItems(async () => {
      const found = await uploader.interrupted()
      return found.filter((one) => one.rule === options.rule) as InterruptedUpload<string, Result>[]
    })
    // This meter counts all uploads together, so it has no real total.
    const meter = new ProgressMeter(Number.MAX_SAFE_INTEGER, effects)
    this.meter = new TotalRate(meter, effects.monotonicMs, moved)
  }

  /** Ignores failures, because uploads work without hints and interrupted uploads. */
  loadHintsAndInterrupted(): void {
    if (!this.rule.isSettled) this.rule.ask().catch(() => {})
    this.interrupted.load().then(
      (isNew) => isNew && this.#list.changed(),
      () => {},
    )
  }

  prepare(preparation: Preparation): Promise<Blob> {
    return prepareFile(this.#places, preparation)
  }

  removeStored({ state, completed, upload }: UploadItem<Result>): Promise<void> | undefined {
    if (completed) return this.#remove(completed)
    if (state === 'completing') {
      // The upload can no longer be aborted, so remove its object once it is stored.
      upload?.done.then((late) => this.#remove(late)).catch(() => {})
    }
    return undefined
  }

  /** Never rejects, because the file is stored in any case. */
  async verdictOn(receipt: string, signal: AbortSignal): Promise<VerdictResponse | undefined> {
    try {
      const found = await this.#list.uploader.verdict(receipt, { signal })
      return found.verdict === 'pending' ? undefined : found
    } catch (error) {
      // The arrival handler may delete what it rejects.
      const isGone = error instanceof UploadError && error.code === 'OBJECT_NOT_FOUND'
      return isGone ? { verdict: 'rejected' } : undefined
    }
  }

  async #remove({ receipt }: CompleteResponse): Promise<void> {
    const hints = this.rule.hints ?? (await this.rule.ask().catch(() => undefined))
    if (hints?.remove && receipt !== undefined) await this.#list.uploader.remove(receipt)
  }

  /**
   * Keeps thousands of files from starting in one task. Returns `undefined` if the next file can
   * start now.
   */
  turn(): Promise<void> | undefined {
    if (this.#begun > 0 && this.#begun % BEGUN_AT_ONCE === 0) {
      const turn = (this.#turn ?? Promise.resolve()).then(() =>
        this.#list.effects.wait(0, new AbortController().signal),
      )
      this.#turn = turn
      void turn.then(() => {
        if (this.#turn === turn) this.#turn = undefined
      })
    }
    this.#begun += 1
    return this.#turn
  }
}

interface Offered<Result> {
  readonly item: InterruptedItem
  readonly upload: InterruptedUpload<string, Result>
}

export class InterruptedItems<Result> {
  readonly #find: () => Promise<readonly InterruptedUpload<string, Result>[]>
  #offered: readonly Offered<Result>[] = []
  #items: readonly InterruptedItem[] = Object.freeze([])
  #given = 0

  constructor(find: () => Promise<readonly InterruptedUpload<string, Result>[]>) {
    this.#find = find
  }

  get items(): readonly InterruptedItem[] {
    return this.#items
  }

  /**
   * Looks for interrupted uploads again. Uploads that are already offered keep their ids.
   *
   * @returns Whether the items have changed.
   */
  async load(): Promise<boolean> {
    const found = await this.#find()
    const shown = this.#items
    const before = [...shown]
    this.#offer(
      found.map((upload) => {
        const at = before.findIndex((item) => isSame(item, upload))
        const known = at < 0 ? undefined : before.splice(at, 1)[0]
        return { upload, item: known ?? this.#describe(upload) }
      }),
    )
    const isNew =
      this.#items.length !== shown.length || this.#items.some((item, at) => item !== shown[at])
    if (!isNew) this.#items = shown
    return isNew
  }

  /**
   * Stops offering an upload and returns it.
   *
   * @param file - Required if the upload cannot reopen its file.
   * @throws {TypeError} When `file` is required but missing. The upload is then still offered.
   */
  take(id: string, file?: UploadSource): InterruptedUpload<string, Result> | undefined {
    const upload = this.#offered.find(({ item }) => item.id === id)?.upload
    if (upload && !upload.canReopen && file === undefined) {
      throw new TypeError(`file is missing: choose ${upload.name} again`)
    }
    this.#withdraw(id)
    return upload
  }

  async forget(id: string): Promise<void> {
    const upload = this.#offered.find(({ item }) => item.id === id)?.upload
    this.#withdraw(id)
    await upload?.forget()
  }

  #withdraw(id: string): void {
    this.#offer(this.#offered.filter(({ item }) => item.id !== id))
  }

  #offer(offered: readonly Offered<Result>[]): void {
    this.#offered = offered
    this.#items = Object.freeze(offered.map(({ item }) => item))
  }

  #describe(upload: InterruptedUpload): InterruptedItem {
    const { name, path, size, type, sent, updatedAt, canReopen } = upload
    this.#given += 1
    const id = `interrupted-${this.#given}`
    return Object.freeze({
      ...{ id, name, size, type, sent, updatedAt, canReopen },
      ...(path === undefined ? {} : { path }),
    })
  }
}

function isSame(item: InterruptedItem, upload: InterruptedUpload): boolean {
  return (
    item.name === upload.name &&
    item.path === upload.path &&
    item.size === upload.size &&
    item.sent === upload.sent &&
    item.updatedAt.getTime() === upload.updatedAt.getTime()
  )
}

export type Prepare = (file: File, signal: AbortSignal) => Blob | Promise<Blob>

export interface Preparation {
  readonly prepare: Prepare
  readonly file: File
  readonly signal: AbortSignal
  readonly begins: () => void
}

export function prepareFile(places: Semaphore, preparation: Preparation): Promise<Blob> {
  const { prepare, file, signal, begins } = preparation
  return places.run(signal, async () => {
    begins()
    try {
      // `prepare` may ignore the signal.
      const prepared: unknown = await Promise.race([prepare(file, signal), aborted(signal)])
      if (prepared instanceof Blob) return prepared
      throw new TypeError(`prepare returned ${typeof prepared}, expected a Blob or a File`)
    } catch (cause) {
      signal.throwIfAborted()
      if (cause instanceof UploadError) throw cause
      const why = cause instanceof Error ? `: ${cause.message}` : ''
      throw new UploadError('PREPARE_FAILED', `the file could not be prepared${why}`, { cause })
    }
  })
}

/** The signal belongs to this file only, so the listener need not be removed. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}
