/**
 * How many parts of an upload are sent at once: a reload loses all that are under way. On most
 * lines two carry as much as six; only where packets are lost, or the way is long, more bring more.
 * So an upload begins with two, measures what leaves, and then what leaves with the six that a
 * browser allows to one host name.
 *
 * Lines that lose packets begin hot and cool down: the first packets meet no loss. So what leaves
 * falls, although more connections carry it. On a line that loses nothing it stays. That, or more
 * connections that bring as many times more, is when the second host name is worth a try.
 *
 * @module
 */

import type { Effects } from '../effects.ts'

/** With one, the line would be idle between a part and the next. */
const FEW = 2
/**
 * Few are measured for so long, again while they bring more and more, then more, which open one
 * after another. Before that it is waited as long, as first bytes only fill buffers.
 */
const FEW_MS = 333
const MORE_MS = 1_500
/** When more have brought no more, it is measured again and again, for so long. */
const AGAIN_MS = 3_000
/** A line on which so much leaves before anything is measured is to be used at once. */
const QUICK_SIZE = 16 * 1024 ** 2
/** More are worth their loss when they bring so much more, … */
const MIN_GAIN = 1.3
/** … those of the second host name too when the first one's have brought so much more, … */
const LOSSY_GAIN = 1.8
/** … or when later less than this share of the most leaves: the line cools down, or changed. */
const MIN_SHARE = 0.6
/** Bytes per millisecond. A line that carries more is not held up by loss. */
const QUICK_RATE = 8_000

/** Finds out how many parts at once a line is worth. */
export class PartLimit {
  /** How many there may be: few, those that are tried first, all. */
  readonly #limits: readonly number[]
  #step = 0
  #isDecided: boolean
  /** Since when it is waited or measured, and how many bytes had left then. */
  #look: { readonly at: number; readonly sent: number; readonly isMeasured: boolean } | undefined
  /** What the look before has seen, in bytes per millisecond. */
  #before: number | undefined
  /** The most that was ever seen, when it is measured again and again. */
  #most: number | undefined
  #sent = 0
  #raised = Promise.withResolvers<void>()
  readonly #monotonicMs: Effects['monotonicMs']

  /**
   * @param first - Connections that are tried first: what a browser allows to one host name.
   * @param more - Those beside them, where packets are lost: to the second host name, or in Node to
   *   the same; 0 where there are none.
   * @param seesBytes - Whether bytes are seen as they leave. Else nothing can be measured.
   */
  constructor(
    first: number,
    more: number,
    monotonicMs: Effects['monotonicMs'],
    seesBytes: boolean,
  ) {
    this.#limits = [Math.min(FEW, first), first, ...(more ? [first + more] : [])]
    this.#monotonicMs = monotonicMs
    this.#isDecided = !seesBytes
    if (!seesBytes) this.#step = 1
  }

  /** How many parts may be under way now. */
  get limit(): number {
    return this.#limits[this.#step] ?? FEW
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
    const isAgain = this.#most !== undefined
    this.#look ??= { at, sent, isMeasured: false }
    const { isMeasured } = this.#look
    const bytes = sent - this.#look.sent
    const ms = at - this.#look.at
    if (this.#before === undefined && !isMeasured && bytes >= QUICK_SIZE) {
      this.#climb(1, 0, true)
    } else if (ms < (isAgain ? AGAIN_MS : this.#step === 0 ? FEW_MS : MORE_MS)) return
    else {
      this.#look = { at, sent, isMeasured: true }
      if (isMeasured) this.#judge(bytes / ms)
    }
  }

  #judge(rate: number): void {
    const top = this.#limits.length - 1
    const gain = rate / (this.#before ?? rate)
    const isSlow = rate < QUICK_RATE
    if (this.#most !== undefined) {
      // Those under way still end, so at first this is the rate of more than few.
      if (rate >= this.#most * MIN_SHARE) this.#most = Math.max(this.#most, rate)
      else this.#climb(isSlow ? top : 1, rate, true)
    } else if (this.#step === 0) {
      if (this.#before !== undefined && gain < MIN_GAIN) this.#climb(1, rate)
      else this.#before = rate
    } else if (top === 1 && gain >= MIN_GAIN) this.#isDecided = true
    else if (isSlow && gain >= LOSSY_GAIN) this.#climb(2, rate, true)
    else {
      this.#most = rate
      this.#look = undefined
      if (gain < MIN_GAIN) this.#step = 0
    }
  }

  #climb(step: number, rate: number, isDecided = false): void {
    this.#isDecided = isDecided
    this.#before = rate
    this.#look = undefined
    this.#most = undefined
    this.#step = step
    this.#raised.resolve()
    this.#raised = Promise.withResolvers()
  }
}
