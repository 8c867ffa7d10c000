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
import { Semaphore } from '../semaphore.ts'
import type { InterruptedUpload } from '../upload/interrupted.ts'
import { ProgressMeter } from '../upload/progress.ts'
import { InterruptedItems } from './interrupted-items.ts'
import { ListMeter } from './list-meter.ts'
import type { AnyUploader, UploadListOptions } from './list-options.ts'
import { type Preparation, prepareFile } from './prepare-file.ts'
import { RuleKnowledge } from './rule-knowledge.ts'
import type { UploadItem } from './snapshot.ts'

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
  readonly meter: ListMeter
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
    this.meter = new ListMeter(meter, effects.monotonicMs, moved)
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
