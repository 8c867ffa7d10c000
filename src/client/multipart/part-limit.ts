/**
 * How many parts of an upload are sent at once: a reload loses all that are under way. On most
 * lines two carry as much as six; only where packets are lost, or the way is long, more bring more.
 * So an upload begins with two, measures what leaves, and then what leaves with all there may be.
 *
 * @module
 */

import type { Effects } from '../effects.ts'

/** With one, the line would be idle between a part and the next. */
const FEW = 2
/**
 * Few are measured for so long, then all, which open one after another. Before that it is waited as
 * long, as first bytes only fill buffers. The last is for few again, as long as there are few.
 */
const LOOKS_MS = [750, 1_500, 6_000] as const
/** A line on which so much leaves before anything is measured is to be used at once. */
const QUICK_SIZE = 16 * 1024 ** 2
/** All are worth their loss when they bring so much more, … */
const MIN_GAIN = 1.3
/** … and when few bring less than this share of it later: so lines that change are noticed. */
const MIN_SHARE = 0.7

/** Finds out how many parts at once a line is worth. */
export class PartLimit {
  #limit: number
  #isDecided: boolean
  /** Since when it is waited or measured, and how many bytes had left then. */
  #look: { readonly at: number; readonly sent: number; readonly isMeasured: boolean } | undefined
  /** What few have brought and what all have, in bytes per millisecond, as far as it is known. */
  #rates: readonly [few?: number, all?: number] = []
  #sent = 0
  #raised = Promise.withResolvers<void>()
  readonly #max: number
  readonly #monotonicMs: Effects['monotonicMs']

  /** @param seesBytes - Whether bytes are seen as they leave. Else nothing can be measured. */
  constructor(max: number, monotonicMs: Effects['monotonicMs'], seesBytes: boolean) {
    this.#max = max
    this.#monotonicMs = monotonicMs
    this.#isDecided = !seesBytes
    this.#limit = seesBytes ? Math.min(FEW, max) : max
  }

  /** How many parts may be under way now. */
  get limit(): number {
    return this.#limit
  }

  /** Resolves when there may be more of them. */
  get raised(): Promise<void> {
    return this.#raised.promise
  }

  /** @param sent - Bytes of the upload that have left in all; fewer when a part has failed. */
  moved(sent: number): void {
    if (this.#isDecided) return
    const at = this.#monotonicMs()
    const hasFailed = sent < this.#sent
    this.#sent = sent
    // What was away meanwhile says nothing: the look begins anew with the next bytes.
    if (hasFailed) this.#look = undefined
    else this.#lookOn(at, sent)
  }

  #lookOn(at: number, sent: number): void {
    const looks = this.#rates.length
    this.#look ??= { at, sent, isMeasured: looks === 2 }
    const { isMeasured } = this.#look
    const bytes = sent - this.#look.sent
    const ms = at - this.#look.at
    if (looks === 0 && !isMeasured && bytes >= QUICK_SIZE) this.#useAll(true)
    else if (ms < LOOKS_MS[looks]) return
    else if (isMeasured) this.#judge(bytes / ms)
    else this.#look = { at, sent, isMeasured: true }
  }

  #judge(rate: number): void {
    const [few, all = 0] = this.#rates
    this.#look = undefined
    if (few === undefined) {
      this.#rates = [rate]
      this.#useAll(false)
    } else if (all === 0 ? rate < few * MIN_GAIN : rate >= all * MIN_SHARE) {
      // Those under way still end, so at first this is the rate of more than few.
      this.#rates = [few, Math.max(all, rate)]
      this.#limit = Math.min(FEW, this.#max)
    } else this.#useAll(true)
  }

  #useAll(isDecided: boolean): void {
    this.#limit = this.#max
    this.#isDecided = isDecided
    this.#raised.resolve()
    this.#raised = Promise.withResolvers()
  }
}
