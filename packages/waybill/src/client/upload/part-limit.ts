/**
 * Decides how many parts of an upload are sent at once: a reload loses all that are under way. On
 * most lines two are as fast as six; only where packets are lost, or delays are long, are more
 * faster. So an upload begins with two, measures the rate of sent bytes, and then the rate with the
 * six that a browser allows to one host name.
 *
 * Lines that lose packets begin fast and become slow, because the first packets are not lost. So
 * the rate falls, although there are more connections; on a line without loss it stays. The second
 * host name is tried after such a fall, or when more connections have raised the rate by much.
 *
 * Where a part takes seconds, the pause between two parts does not matter: then one part at a time
 * is sent, if one is as fast as two, and the other is begun again later.
 *
 * @module
 */

import type { Effects } from '../effects.ts'

/** Parts at first. With one, a fast line would be idle between a part and the next. */
const FEW = 2
/** Where a part takes so long, one at a time is tried; … */
const LONG_MS = 4_000
/** … and two again where it takes no more than this. */
const SHORT_MS = 3_000
/**
 * How long the rate is measured: with few parts, repeated while it grows, then with more, which
 * open one after another. Each time, as long is waited before, because the first bytes only fill
 * buffers.
 */
const FEW_MS = 333
const ONE_MS = 750
const MORE_MS = 1_500
/** How long each later measurement takes, after more parts were not faster. */
const AGAIN_MS = 3_000
/** If so many bytes leave before the first measurement, all connections are used at once. */
const QUICK_SIZE = 16 * 1024 ** 2
/** More parts stay if the rate is so many times as high, … */
const MIN_GAIN = 1.3
/** … the second host name is tried if the first one's have raised it so many times, … */
const LOSSY_GAIN = 1.8
/** … or if the rate later falls below this share of the highest one. */
const MIN_SHARE = 0.6
/** Bytes per millisecond. On a faster line loss does not matter. */
const QUICK_RATE = 8_000

/** What sending one part at a time needs. */
interface OneAtATime {
  /** Bytes of a part. */
  readonly partSize: number
  /** Stops all parts under way but one; they are sent later. */
  readonly recall: () => void
}

/** Finds out how many parts at once are worth sending. */
export class PartLimit {
  /** The three limits: few parts, those that are tried first, all. */
  readonly #limits: readonly number[]
  #step = 0
  /** Whether one part at a time is sent, whatever the step. */
  #isOne = false
  #isDecided: boolean
  /** How long the last part has taken. */
  #lastMs: number | undefined
  /** When the current wait or measurement began, and how many bytes had left then. */
  #look: { readonly at: number; readonly sent: number; readonly isMeasured: boolean } | undefined
  /** The rate of the measurement before, in bytes per millisecond. */
  #before: number | undefined
  /** The highest rate of the later measurements. */
  #most: number | undefined
  #sent = 0
  #raised = Promise.withResolvers<void>()
  readonly #monotonicMs: Effects['monotonicMs']
  readonly #one: OneAtATime | undefined

  /**
   * @param first - Connections that are tried first: what a browser allows to one host name.
   * @param more - Further connections for lines that lose packets: to the second host name, or in
   *   Node to the same; 0 if there are none.
   * @param seesBytes - Whether bytes are seen as they leave. Otherwise nothing can be measured.
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

  /** How many parts may be under way now. */
  get limit(): number {
    return this.#isOne ? 1 : (this.#limits[this.#step] ?? FEW)
  }

  /** Resolves when there may be more of them. */
  get raised(): Promise<void> {
    return this.#raised.promise
  }

  /** @param sent - Bytes that have left on the line in all; fewer when a part has failed. */
  moved(sent: number): void {
    if (this.#isDecided) return
    const at = this.#monotonicMs()
    const hasFailed = sent < this.#sent
    this.#sent = sent
    // A time without a network measures nothing: the measurement begins again with the next bytes.
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

  /** @param ms - How long a part has taken, from its beginning until S3 had it. */
  ended(ms: number): void {
    this.#lastMs = ms
  }

  /** Whether a part takes that long at a rate, and the last one did (if one has ended). */
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
      // The line is slower or faster now, or loses packets: it is measured from the beginning.
      if (this.#isOne && (hasFallen || !this.#takes(SHORT_MS, rate))) this.#climb(0)
      // Parts under way still end, so at first this is the rate of more than few.
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

  /** The limit stays, as long as the rate does. */
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
