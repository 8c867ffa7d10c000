/**
 * Decides how many parts of an upload are sent at once. Fewer is better, because a reload loses all
 * parts in flight. On most networks, two parts at once are as fast as six; more only help if there
 * is packet loss or high latency. An upload therefore starts with two parts, measures its rate, and
 * then measures again with the six connections that browsers allow per host name.
 *
 * Networks that lose packets start fast, because the first packets get through, and then slow down
 * despite more connections. Without packet loss, the rate stays the same. The second host name is
 * tried after such a slowdown, or when more connections have raised the rate a lot.
 *
 * If a part takes several seconds, the gap between two parts hardly matters. Parts are then sent
 * one at a time, provided that this is as fast as sending two at once.
 *
 * @module
 */

import type { Effects } from '../effects.ts'

/** Initial number of parts at once. With only one, a fast network would be idle between parts. */
const FEW = 2
/** Parts that take this long may be sent one at a time. */
const LONG_MS = 4_000
/** When a part takes less than this, several are sent at once again. */
const SHORT_MS = 3_000
/**
 * Duration of a measurement with few parts, with one part, and with more parts, which start one
 * after another. The first kind is repeated while the rate grows. A wait of the same length
 * precedes each measurement, because the first bytes only fill buffers.
 */
const FEW_MS = 333
const ONE_MS = 750
const MORE_MS = 1_500
/** Duration of the measurements made after the limit has settled. */
const AGAIN_MS = 3_000
/** If this many bytes are sent before the first measurement, the limit is raised immediately. */
const QUICK_SIZE = 16 * 1024 ** 2
/** More parts at once are kept only if they raise the rate by this factor. */
const MIN_GAIN = 1.3
/**
 * The second host name is tried if more connections to the first one raise the rate by this factor.
 */
const LOSSY_GAIN = 1.8
/** The second host name is also tried if the rate later falls below this fraction of its peak. */
const MIN_SHARE = 0.6
/** In bytes per millisecond. On a faster network, packet loss does not matter. */
const QUICK_RATE = 8_000

interface OneAtATime {
  readonly partSize: number
  /** Stops all parts in flight except one. The stopped parts are sent later. */
  readonly recall: () => void
}

export class PartLimit {
  /** The limit for each step: few parts, all connections to one host name, then all connections. */
  readonly #limits: readonly number[]
  #step = 0
  /** Whether parts are sent one at a time, regardless of the step. */
  #isOne = false
  #isDecided: boolean
  #lastMs: number | undefined
  /** When the current wait or measurement began, and how many bytes had been sent by then. */
  #look: { readonly at: number; readonly sent: number; readonly isMeasured: boolean } | undefined
  /** The previous measurement's rate, in bytes per millisecond. */
  #before: number | undefined
  /** The highest rate since the limit settled. */
  #most: number | undefined
  #sent = 0
  #raised = Promise.withResolvers<void>()
  readonly #monotonicMs: Effects['monotonicMs']
  readonly #one: OneAtATime | undefined

  /**
   * @param first - Number of connections to try first, up to the browser limit per host name.
   * @param more - Number of additional connections for networks that lose packets. They go to the
   *   second host name or, in Node, to the same one.
   * @param seesBytes - Whether the platform reports sent bytes. If not, nothing is measured.
   */
  constructor(
    first: number,
    more: number,
    monotonicMs: Effects['monotonicMs'],
    seesBytes: boolean,
    one?: OneAtATime,
  ) {
    this.#one = one
    this.#limits = [Math.min(FEW, first), first, ...(more ? [first + more] : [])]
    this.#monotonicMs = monotonicMs
    this.#isDecided = !seesBytes
    if (!seesBytes) this.#step = 1
  }

  get limit(): number {
    return this.#isOne ? 1 : (this.#limits[this.#step] ?? FEW)
  }

  get raised(): Promise<void> {
    return this.#raised.promise
  }

  /** @param sent - Total bytes sent by all uploads. Lower than before if a part has failed. */
  moved(sent: number): void {
    if (this.#isDecided) return
    const at = this.#monotonicMs()
    const hasFailed = sent < this.#sent
    this.#sent = sent
    // A failure invalidates the measurement, so start over with the next bytes.
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
    } else if (ms < (isAgain ? AGAIN_MS : this.#lookMs)) return
    else {
      this.#look = { at, sent, isMeasured: true }
      if (isMeasured) this.#judge(bytes / ms)
    }
  }

  get #lookMs(): number {
    if (this.#isOne) return ONE_MS
    return this.#step === 0 ? FEW_MS : MORE_MS
  }

  /** @param ms - The time from the start of a part until S3 had stored it. */
  ended(ms: number): void {
    this.#lastMs = ms
  }

  /** Whether a part takes at least `ms` at this rate, and the last part did too. */
  #takes(ms: number, rate: number): boolean {
    if (this.#lastMs !== undefined && this.#lastMs < ms) return false
    return this.#one !== undefined && this.#one.partSize >= rate * ms
  }

  #judge(rate: number): void {
    const top = this.#limits.length - 1
    const gain = rate / (this.#before ?? rate)
    const isSlow = rate < QUICK_RATE
    if (this.#most !== undefined) {
      const hasFallen = rate < this.#most * MIN_SHARE
      // The network has changed, so start over.
      if (this.#isOne && (hasFallen || !this.#takes(SHORT_MS, rate))) this.#climb(0)
      else if (!hasFallen) this.#most = Math.max(this.#most, rate)
      else this.#climb(isSlow ? top : 1, rate, true)
    } else if (this.#isOne) {
      if (gain * MIN_GAIN < 1) this.#climb(1, this.#before)
      else this.#settle(rate)
    } else if (this.#step === 0) {
      if (this.#before === undefined || gain >= MIN_GAIN) this.#before = rate
      else if (this.#takes(LONG_MS, rate)) this.#goOne(rate)
      else this.#climb(1, rate)
    } else if (top === 1 && gain >= MIN_GAIN) this.#isDecided = true
    else if (isSlow && gain >= LOSSY_GAIN) this.#climb(2, rate, true)
    else {
      this.#settle(rate)
      if (gain < MIN_GAIN) this.#step = 0
      if (gain < MIN_GAIN && this.#takes(LONG_MS, rate)) this.#goOne(rate)
    }
  }

  /** Keeps the limit as long as the rate does not change much. */
  #settle(rate: number): void {
    this.#most = rate
    this.#look = undefined
  }

  #goOne(rate: number): void {
    this.#isOne = true
    this.#before = rate
    this.#look = undefined
    this.#one?.recall()
  }

  #climb(step: number, rate?: number, isDecided = false): void {
    this.#isOne = false
    this.#isDecided = isDecided
    this.#before = rate
    this.#look = undefined
    this.#most = undefined
    this.#step = step
    this.#raised.resolve()
    this.#raised = Promise.withResolvers()
  }
}
