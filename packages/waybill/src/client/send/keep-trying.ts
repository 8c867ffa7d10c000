/**
 * Retries a failed request according to `error-table.ts`. While the network is down, the request
 * waits. While the signer or the storage is down, it waits in a queue with all other requests.
 *
 * @module
 */

import { UploadError, type UploadErrorCode } from '../../protocol/upload-error.ts'
import { downSide, type Side } from '../error-table.ts'
import { Diagnosis, warnOnce } from './diagnosis.ts'
import { unansweredUrl } from './no-answer.ts'
import type { Attempt, FirstFailure, RetryContext, RetryOptions } from './retry-options.ts'
import { backoffMs, type RetryQueue, RetryQueues, waitForNetwork } from './retry-queue.ts'
import type { Waiting } from './waiting-reason.ts'

/** Shorter failures are not worth a warning, and the diagnosis may still find a likelier cause. */
const WARN_AFTER_MS = 2_000
/** After this time offline, requests are tried anyway, because `navigator.onLine` may be wrong. */
const MAX_OFFLINE_MS = 30_000

/** @param failure - The failed first attempt, if there was one. */
export async function keepTrying<T>(
  options: RetryOptions,
  attempt: Attempt<T>,
  failure?: FirstFailure,
): Promise<T> {
  const { retryContext } = options
  retryContext.queues ??= new RetryQueues(retryContext.effects)
  const request = new RetriedRequest(options, retryContext.queues)
  try {
    if (failure) await request.afterFailure(failure.error, failure.startedAt)
    for (;;) {
      await request.beforeTry()
      const startedAt = retryContext.effects.monotonicMs()
      const outcome = await attempt()
      if (!(outcome instanceof UploadError)) {
        request.succeeded()
        return outcome.answer
      }
      await request.afterFailure(outcome, startedAt)
    }
  } finally {
    options.waits?.clear(request)
  }
}

class RetriedRequest {
  readonly #options: RetryOptions
  readonly #queues: RetryQueues
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
  #queue: RetryQueue | undefined

  constructor(options: RetryOptions, queues: RetryQueues) {
    this.#options = options
    this.#queues = queues
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
    const delayMs = backoffMs(
      this.#ownPauses,
      Number.POSITIVE_INFINITY,
      retryContext.effects.random,
    )
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

  #goesAlone(queue: RetryQueue): boolean {
    if (queue.trouble) this.#isAlone = false
    return this.#isAlone
  }

  async #sleep(
    queue: RetryQueue,
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
