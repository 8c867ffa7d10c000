/**
 * What a list needs only once a page listens to it or adds a file: what its rule allows, what was
 * interrupted, the rate, and how files are prepared. One chunk, which is loaded with the content
 * types of names while the page has a network.
 *
 * @module
 */

import type { CompleteResponse } from '../../protocol/messages.ts'
import type { Effects } from '../effects.ts'
import type { InterruptedUpload } from '../interrupted.ts'
import type { ProgressMeter } from '../upload/progress.ts'
import type { Semaphore } from '../semaphore.ts'
import type { AnyUploader } from './any-uploader.ts'
import { InterruptedItems } from './interrupted-items.ts'
import { ListMeter } from './list-meter.ts'
import type { UploadListOptions } from './list-options.ts'
import { type Preparation, prepareFile } from './prepare.ts'
import { RuleKnowledge } from './rule-knowledge.ts'
import type { UploadItem } from './snapshot.ts'

/** The list that is helped. */
export interface HelpedList<Result> {
  readonly uploader: AnyUploader
  readonly options: Pick<UploadListOptions<string, Result>, 'rule' | 'hints'>
  readonly effects: Effects
  /** The content type of a file name. Given, not imported: see "chunk" in docs/project/decisions.md. */
  readonly typeOfName: (name: string) => string
  /** Measures a stream of bytes without an end. */
  readonly meter: ProgressMeter
  /** Bounds how many files are prepared at once. */
  readonly places: Semaphore
  /** There is something new to show. */
  readonly changed: () => void
  /** There is something new to show, which can wait a little. */
  readonly moved: () => void
}

/** Beginning more in one task would make the page stutter. */
const BEGUN_AT_ONCE = 100

/** Works for one list. */
export class ListHelp<Result> {
  readonly rule: RuleKnowledge
  readonly interrupted: InterruptedItems<Result>
  readonly meter: ListMeter
  readonly #list: HelpedList<Result>
  #begun = 0
  #turn: Promise<void> | undefined

  constructor(list: HelpedList<Result>) {
    const { uploader, options, effects, typeOfName, meter, changed, moved } = list
    this.#list = list
    this.rule = new RuleKnowledge({
      ...effects,
      rule: options.rule,
      given: options.hints,
      typeOfName,
      askAll: () => uploader.rules(),
      onChange: changed,
    })
    this.interrupted = new InterruptedItems(async () => {
      const found = await uploader.interrupted()
      return found.filter((one) => one.rule === options.rule) as InterruptedUpload<string, Result>[]
    })
    this.meter = new ListMeter(meter, effects.monotonicMs, moved)
  }

  /**
   * Called when a page listens: asks for hints and interrupted uploads. If that fails, the page
   * shows none.
   */
  lookAround(): void {
    if (!this.rule.isSettled) this.rule.ask().catch(() => {})
    this.interrupted.load().then(
      (isNew) => isNew && this.#list.changed(),
      () => {},
    )
  }

  prepare(preparation: Preparation): Promise<Blob> {
    return prepareFile(this.#list.places, preparation)
  }

  /**
   * Removes what was stored of an item, where the rule allows it.
   *
   * @returns What to wait for; `undefined` where nothing is stored yet.
   * @throws {UploadError} Why the signer does not remove it.
   */
  removeStored({ state, completed, upload }: UploadItem<Result>): Promise<void> | undefined {
    if (completed) return this.#remove(completed)
    if (state === 'completing') {
      // It cannot be aborted any more, so it may still be stored.
      upload?.done.then((late) => this.#remove(late)).catch(() => {})
    }
    return undefined
  }

  async #remove({ receipt }: CompleteResponse): Promise<void> {
    const hints = this.rule.hints ?? (await this.rule.ask().catch(() => undefined))
    if (hints?.remove && receipt !== undefined) await this.#list.uploader.remove(receipt)
  }

  /** @returns What a file waits for before it begins, so that thousands do not begin in one task. */
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
