/**
 * Decides what happens to a request between two attempts. While the network is down, the request
 * waits. While the signer or the storage is down, it waits in a queue with all other requests.
 *
 * @module
 */

import type { UploadError, UploadErrorCode } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'
import { downSide, type Side, type Treatment } from '../error-table.ts'
import { MAX_OFFLINE_MS, ownPauseMs, waitForNetwork } from './backoff.ts'
import { Diagnosis, type SignerAddress, warnOnce } from './diagnosis.ts'
import { type OutageQueue, OutageQueues } from './outage-queue.ts'
import { unansweredUrl } from './read-answer.ts'
import type { Waiting, Waits } from './waiting.ts'

export interface RetryContext {
  readonly effects: Effects
  readonly retryForMs: number
  /** Missing until a request fails. */
  queues?: OutageQueues
  readonly signer?: SignerAddress
  diagnosis?: Diagnosis
}

export interface RetryOptions {
  readonly retryContext: RetryContext
  readonly side?: Side
  readonly signal: AbortSignal
  readonly treat: (error: UploadError) => Treatment
  readonly group?: object
  /** Drops a signature that no longer works. */
  readonly reSign?: () => void
  readonly onRetry?: (event: { readonly error: UploadError; readonly delayMs: number }) => void
  readonly waits?: Waits
}

/** Shorter failures are not worth a warning, and the diagnosis may still find a likelier cause. */
const WARN_AFTER_MS = 2_000

/** A request that has failed, or that may have to wait before its first attempt. */
export class FailedRequest {
  readonly #options: RetryOptions
  readonly #queues: OutageQueues
  readonly #counts = new Map<UploadErrorCode, number>()
  /**
   * When the request began to fail: on the monotonic clock for the time limit, and as a date for
   * users.
   */
  #since: number | undefined
  #sinceDate: Date | undefined
  #ownPauses = 0
  /** Whether this request fails while others succeed. It is then retried outside the queue. */
  #isAlone = false
  /**
   * Set once the request has had its turn. From then on, other requests' failures do not delay it.
   */
  #isWoken = false
  #beganOffline = false
  #lastWait: Pick<Waiting, 'reason' | 'error'> | undefined
  #queue: OutageQueue | undefined

  constructor(options: RetryOptions) {
    const { retryContext } = options
    this.#options = options
    this.#queues = retryContext.queues ??= new OutageQueues(retryContext.effects)
  }

  /** Call this when the request has succeeded or is given up. */
  end(): void {
    this.#options.waits?.clear(this)
  }

  async beforeTry(): Promise<void> {
    const { retryContext, side, signal } = this.#options
    if (!this.#queues.isOnline) {
      this.#reportWait('offline')
      await waitForNetwork(retryContext.effects, MAX_OFFLINE_MS, signal)
    }
    const queue = side && this.#queues[side]
    const trouble = queue?.trouble
    if (queue && trouble && !this.#isWoken) await this.#sleep(queue, trouble)
    this.#beganOffline = !this.#queues.isOnline
  }

  succeeded(): void {
    const { side } = this.#options
    if (!side) return
    if (this.#beganOffline) this.#queues.doubtOffline()
    this.#queues.succeeded(side)
    // A signer call may have waited in the storage queue, because the signer reports storage
    // failures too.
    this.#queue?.succeeded()
  }

  /** Waits until the next attempt. @throws {UploadError} The failure, if it is not retried. */
  async afterFailure(failure: UploadError, startedAt: number): Promise<void> {
    const { retryContext, side, treat, reSign, onRetry } = this.#options
    const error = retryContext.diagnosis?.judge(failure) ?? failure
    if (unansweredUrl(failure)) beginDiagnosis(retryContext)
    const { remedy, attempts, isTriedAgain } = treat(error)
    const isQueued = remedy === 'wait-turn'
    if (!isTriedAgain) throw error
    // Failures while offline say nothing about the request, so they do not count.
    const { isOnline } = this.#queues
    if (isOnline) this.#count(error, attempts, isQueued)
    else this.#since = undefined
    if (remedy === 're-sign') reSign?.()
    const down = side && isOnline && downSide(error)
    const queue = down ? this.#queues[down] : undefined
    queue?.failed(error, startedAt)
    if (queue) void retryContext.diagnosis?.examine(error, (mistake) => queue.giveUp(mistake))
    if (queue && !this.#goesAlone(queue)) {
      this.#queue = queue
      await this.#sleep(queue, error, onRetry)
      return
    }
    if (!isQueued) this.#ownPauses += 1
    const delayMs = ownPauseMs(this.#ownPauses, retryContext.effects)
    onRetry?.({ error, delayMs })
    // The first pause is at most a quarter of a second, which is not worth showing.
    if (!isQueued && this.#ownPauses > 1)
      this.#reportWait(isOnline ? this.#reason(error) : 'offline', { delayMs, error })
    await waitForNetwork(retryContext.effects, delayMs, this.#options.signal)
    this.#reportAttempt()
    this.#isWoken = true
  }

  #count(error: UploadError, attempts: number, isQueued: boolean): void {
    const { effects, retryForMs } = this.#options.retryContext
    // Count each code separately, because four broken connections say nothing about a wrong clock.
    const count = (this.#counts.get(error.code) ?? 0) + 1
    this.#counts.set(error.code, count)
    if (count >= attempts) throw error
    if (isQueued) return
    const now = effects.monotonicMs()
    this.#since ??= now
    if (now - this.#since >= retryForMs) throw error
  }

  #goesAlone(queue: OutageQueue): boolean {
    if (queue.trouble) this.#isAlone = false
    return this.#isAlone
  }

  async #sleep(
    queue: OutageQueue,
    error: UploadError,
    onRetry?: RetryOptions['onRetry'],
  ): Promise<void> {
    const { retryContext, group, signal } = this.#options
    this.#since ??= retryContext.effects.monotonicMs()
    this.#sinceDate ??= retryContext.effects.now()
    let reportRetry = onRetry
    const why = await queue.sleep({
      ...{ until: this.#since + retryContext.retryForMs, group, signal },
      onNext: (delayMs, rounds) => {
        reportRetry?.({ error, delayMs })
        reportRetry = undefined
        if (rounds > 1) this.#reportWait(this.#reason(error), { delayMs, error })
      },
    })
    if (why === 'over') throw error
    this.#isWoken = true
    this.#isAlone = why === 'back'
    if (why === 'turn') this.#reportAttempt()
    else this.#options.waits?.clear(this)
  }

  #reason(error: UploadError): Side {
    return downSide(error) ?? this.#options.side ?? 'signer'
  }

  #reportWait(reason: Waiting['reason'], next?: { error: UploadError; delayMs: number }): void {
    const { retryContext, waits } = this.#options
    const now = retryContext.effects.now()
    const error = next && (retryContext.diagnosis?.likely(next.error) ?? next.error)
    this.#lastWait = { reason, ...(error && reason !== 'offline' ? { error } : {}) }
    const failsForMs =
      retryContext.effects.monotonicMs() - (this.#since ?? Number.POSITIVE_INFINITY)
    if (this.#lastWait.error && failsForMs >= WARN_AFTER_MS && globalThis.document) {
      warnOnce(this.#lastWait.error)
    }
    this.#sinceDate ??= now
    waits?.set(this, {
      ...{ ...this.#lastWait, since: this.#sinceDate },
      ...(next ? { until: new Date(now.getTime() + next.delayMs) } : {}),
    })
  }

  /** Reports that the request is being retried. The upload stays `waiting` until bytes move. */
  #reportAttempt(): void {
    if (this.#lastWait && this.#sinceDate) {
      this.#options.waits?.set(this, { ...this.#lastWait, since: this.#sinceDate })
    }
  }
}

/** Only pages need a diagnosis, because other platforms report why a request failed. */
function beginDiagnosis(retryContext: RetryContext): void {
  const page = globalThis.location?.origin
  const { signer, effects } = retryContext
  if (page && signer) retryContext.diagnosis ??= new Diagnosis(effects, signer, page)
}
