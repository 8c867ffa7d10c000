/**
 * Decides how many parts of an upload are sent at once. Few parts are better, because a reload
 * loses all parts in flight. On most networks, two parts at once are as fast as six; more are
 * faster only if packets are lost or latency is high. An upload therefore starts with two parts,
 * measures its rate, and then measures the rate with the six connections that browsers allow to one
 * host name.
 *
 * Networks that lose packets start fast, because the first packets are not lost, and then slow
 * down: the rate falls despite more connections, while it stays the same without packet loss. The
 * second host name is tried after such a fall, or when more connections have raised the rate a lot.
 *
 * If a part takes seconds, the pause between two parts does not matter. Parts are then sent one at
 * a time, provided that this is as fast as sending two at once.
 *
 * @module
 */

import type { Effects } from '../effects.ts'

/** Initial number of parts at once. With one, a fast network would be idle between two parts. */
const FEW = 2
/** If a part takes this long, sending one at a time is tried; … */
const LONG_MS = 4_000
/** … if a part then takes less than this, several are sent at once again. */
const SHORT_MS = 3_000
/**
 * How long a measurement takes with few parts (repeated while the rate grows), with one part, and
 * with more parts, which start one after another. A wait of the same length precedes each
 * measurement, because the first bytes only fill buffers.
 */
const FEW_MS = 333
const ONE_MS = 750
const MORE_MS = 1_500
/** How long later measurements take, after more parts have not been faster. */
const AGAIN_MS = 3_000
/** If this many bytes are sent before the first measurement, the limit is raised immediately. */
const QUICK_SIZE = 16 * 1024 ** 2
/** More parts are kept if they raise the rate by this factor, … */
const MIN_GAIN = 1.3
/** … the second host name is tried if the first one's connections raise it by this factor, … */
const LOSSY_GAIN = 1.8
/** … or if the rate later falls below this share of the highest rate. */
const MIN_SHARE = 0.6
/** Bytes per millisecond. On a faster network, packet loss does not matter. */
const QUICK_RATE = 8_000

interface OneAtATime {
  /** Bytes of a part. */
  readonly partSize: number
  /** Stops all parts in flight except one. The stopped parts are sent later. */
  readonly recall: () => void
}

export class PartLimit {
  /** The limit at each step: few parts, all connections to one host name, all connections. */
  readonly #limits: readonly number[]
  #step = 0
  /** Whether parts are sent one at a time, regardless of the step. */
  #isOne = false
  #isDecided: boolean
  /** How long the last part took. */
  #lastMs: number | undefined
  /** When the current wait or measurement began, and how many bytes had been sent by then. */
  #look: { readonly at: number; readonly sent: number; readonly isMeasured: boolean } | undefined
  /** The rate in the previous measurement, in bytes per millisecond. */
  #before: number | undefined
  /** The highest rate in the later measurements. */
  #most: number | undefined
  #sent = 0
  #raised = Promise.withResolvers<void>()
  readonly #monotonicMs: Effects['monotonicMs']
  readonly #one: OneAtATime | undefined

  /**
   * @param first - Connections to try first: as many as a browser allows to one host name.
   * @param more - Further connections for networks that lose packets, to the second host name or,
   *   in Node, to the same one; 0 if there are none.
   * @param seesBytes - Whether the platform reports sent bytes. Otherwise, nothing is measured.
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

  /** Number of parts currently allowed in flight. */
  get limit(): number {
    return this.#isOne ? 1 : (this.#limits[this.#step] ?? FEW)
  }

  /** Resolves when the limit has grown. */
  get raised(): Promise<void> {
    return this.#raised.promise
  }

  /** @param sent - Bytes that all uploads have sent; fewer than before when a part has failed. */
  moved(sent: number): void {
    if (this.#isDecided) return
    const at = this.#monotonicMs()
    const hasFailed = sent < this.#sent
    this.#sent = sent
    // A failure spoils the measurement, so start it again with the next bytes.
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

  /** @param ms - How long a part took, from its start until S3 had it. */
  ended(ms: number): void {
    this.#lastMs = ms
  }

  /** Whether a part takes that long at this rate, and the last part, if any, did so too. */
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
      // The network has become slower or faster, or loses packets, so start over.
      if (this.#isOne && (hasFallen || !this.#takes(SHORT_MS, rate))) this.#climb(0)
      // Parts in flight still finish, so at first more parts are sent than the limit allows.
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
