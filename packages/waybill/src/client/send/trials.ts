/**
 * Makes a failed request again, as `remedies.ts` says. The request waits while there is no network,
 * and together with all others while the signer or the storage does not answer.
 *
 * @module
 */

import { UploadError, type UploadErrorCode } from '../../protocol/upload-error.ts'
import type { Waiting } from './waits.ts'
import { backoffMs, type Line, LinePair, type Side, waitForNetwork } from './line.ts'
import { loadExplain, warn } from './load-explain.ts'
import { unansweredUrl } from './no-answer.ts'
import type { Attempt, FirstFailure, Lines, RetryOptions } from './retry-options.ts'

/** Failures that pass sooner are not worth a warning, and a likelier cause may be found until then. */
const WARN_AFTER_MS = 2_000
/** `navigator.onLine` is wrong on some machines: after this long offline, try all the same. */
const MAX_OFFLINE_MS = 30_000
/** Codes that say that no request gets through. Other failures concern only the request. */
const DEAD: ReadonlySet<UploadErrorCode> = new Set([
  'NETWORK_FAILED',
  'STALLED',
  'STORAGE_UNAVAILABLE',
  'SIGNER_UNAVAILABLE',
])

/**
 * Makes a request until it succeeds or its failure stands.
 *
 * @param failure - Of an attempt that was made before.
 * @throws {UploadError} The failure that stands.
 * @throws The signal's reason when it fires.
 */
export async function tryOn<T>(
  options: RetryOptions,
  attempt: Attempt<T>,
  failure?: FirstFailure,
): Promise<T> {
  const { lines } = options
  lines.pair ??= new LinePair(lines.effects)
  const trials = new Trials(options, lines.pair)
  try {
    if (failure) await trials.afterFailure(failure.error, failure.startedAt)
    for (;;) {
      await trials.beforeTry()
      const startedAt = lines.effects.monotonicMs()
      const outcome = await attempt()
      if (!(outcome instanceof UploadError)) {
        trials.succeeded()
        return outcome.answer
      }
      await trials.afterFailure(outcome, startedAt)
    }
  } finally {
    options.waits?.clear(trials)
  }
}

/** All attempts of one request. */
class Trials {
  readonly #options: RetryOptions
  readonly #pair: LinePair
  readonly #counts = new Map<UploadErrorCode, number>()
  /**
   * When it began to fail: by the monotonic clock for the time limit, by the other one for people.
   */
  #since: number | undefined
  #sinceDate: Date | undefined
  /** How often it waited on its own. */
  #ownPauses = 0
  /** Whether it fails although others succeed: it then keeps its own pauses. */
  #isAlone = false
  /** Whether it has waited for its turn: failures of others then do not delay it. */
  #isWoken = false
  #beganOffline = false
  #told: Pick<Waiting, 'reason' | 'error'> | undefined
  /** The last line that it waited for. */
  #line: Line | undefined

  constructor(options: RetryOptions, pair: LinePair) {
    this.#options = options
    this.#pair = pair
  }

  async beforeTry(): Promise<void> {
    const { lines, side, signal } = this.#options
    if (!this.#pair.isOnline) {
      this.#tell('offline')
      await waitForNetwork(lines.effects, MAX_OFFLINE_MS, signal)
    }
    const line = side && this.#pair[side]
    const trouble = line?.trouble
    if (line && trouble && !this.#isWoken) await this.#sleep(line, trouble)
    this.#beganOffline = !this.#pair.isOnline
  }

  succeeded(): void {
    const { side } = this.#options
    if (!side) return
    if (this.#beganOffline) this.#pair.doubtOffline()
    this.#pair.succeeded(side)
    // The signer may have said that the storage is away.
    this.#line?.succeeded()
  }

  /** Waits until it may be tried again. */
  async afterFailure(failure: UploadError, startedAt: number): Promise<void> {
    const { lines, side, treat, reSign, onRetry } = this.#options
    const error = lines.diagnosis?.judge(failure) ?? failure
    if (unansweredUrl(failure)) loadDiagnosis(lines)
    const { remedy, attempts, isTriedAgain } = treat(error)
    const isQueued = remedy === 'queue'
    if (!isTriedAgain) throw error
    // A failure without a network says nothing about the request.
    const { isOnline } = this.#pair
    if (isOnline) this.#count(error, attempts, isQueued)
    else this.#since = undefined
    if (remedy === 're-sign') reSign?.()
    const line = side && isOnline && DEAD.has(error.code) ? this.#pair[sideOf(error)] : undefined
    line?.failed(error, startedAt)
    if (line) void lines.diagnosis?.examine(error, (mistake) => line.giveUp(mistake))
    if (line && !this.#goesAlone(line)) {
      this.#line = line
      await this.#sleep(line, error, onRetry)
      return
    }
    if (!isQueued) this.#ownPauses += 1
    const delayMs = backoffMs(this.#ownPauses, Number.POSITIVE_INFINITY, lines.effects.random)
    onRetry?.({ error, delayMs })
    // A first pause takes a quarter of a second at most, which is not worth telling.
    if (!isQueued && this.#ownPauses > 1)
      this.#tell(isOnline ? this.#reason(error) : 'offline', { delayMs, error })
    await waitForNetwork(lines.effects, delayMs, this.#options.signal)
    this.#tellTry()
    this.#isWoken = true
  }

  /** @throws {UploadError} The failure, when it has been tried often or long enough. */
  #count(error: UploadError, attempts: number, isQueued: boolean): void {
    const { effects, retryForMs } = this.#options.lines
    // Each kind of failure is counted on its own: four broken connections say nothing about a
    // clock.
    const count = (this.#counts.get(error.code) ?? 0) + 1
    this.#counts.set(error.code, count)
    if (count >= attempts) throw error
    if (isQueued) return
    const now = effects.monotonicMs()
    this.#since ??= now
    if (now - this.#since >= retryForMs) throw error
  }

  #goesAlone(line: Line): boolean {
    if (line.trouble) this.#isAlone = false
    return this.#isAlone
  }

  /** @param onRetry - Missing when the failure is another request's. */
  async #sleep(line: Line, error: UploadError, onRetry?: RetryOptions['onRetry']): Promise<void> {
    const { lines, group, signal } = this.#options
    this.#since ??= lines.effects.monotonicMs()
    this.#sinceDate ??= lines.effects.now()
    let tellRetry = onRetry
    const why = await line.sleep({
      ...{ until: this.#since + lines.retryForMs, group, signal },
      onNext: (delayMs, rounds) => {
        tellRetry?.({ error, delayMs })
        tellRetry = undefined
        if (rounds > 1) this.#tell(this.#reason(error), { delayMs, error })
      },
    })
    if (why === 'over') throw error
    this.#isWoken = true
    this.#isAlone = why === 'back'
    if (why === 'turn') this.#tellTry()
    else this.#options.waits?.clear(this)
  }

  #reason(error: UploadError): Side {
    const { side = 'signer' } = this.#options
    return DEAD.has(error.code) ? sideOf(error) : side
  }

  /** @param next - The last failure, and the time until the next try; missing without a network. */
  #tell(reason: Waiting['reason'], next?: { error: UploadError; delayMs: number }): void {
    const { lines, waits } = this.#options
    const now = lines.effects.now()
    const error = next && (lines.diagnosis?.likely(next.error) ?? next.error)
    this.#told = { reason, ...(error && reason !== 'offline' ? { error } : {}) }
    const failsForMs = lines.effects.monotonicMs() - (this.#since ?? Number.POSITIVE_INFINITY)
    if (this.#told.error && failsForMs >= WARN_AFTER_MS) warn(this.#told.error)
    this.#sinceDate ??= now
    waits?.set(this, {
      ...{ ...this.#told, since: this.#sinceDate },
      ...(next ? { until: new Date(now.getTime() + next.delayMs) } : {}),
    })
  }

  /** Tells that the request is tried now; until its bytes move, the upload still waits. */
  #tellTry(): void {
    if (this.#told && this.#sinceDate) {
      this.#options.waits?.set(this, { ...this.#told, since: this.#sinceDate })
    }
  }
}

/** Loads the code that looks for the cause. Until it is there, failures count as weather. */
function loadDiagnosis(lines: Lines): void {
  const page = globalThis.location?.origin
  const { asked, effects } = lines
  if (!page || !asked || lines.diagnosis) return
  loadExplain().then(
    ({ Diagnosis }) => {
      lines.diagnosis ??= new Diagnosis(effects, asked, page)
    },
    () => {}, // the next failure loads it again
  )
}

function sideOf({ code }: UploadError): Side {
  return code === 'SIGNER_UNAVAILABLE' ? 'signer' : 'storage'
}
