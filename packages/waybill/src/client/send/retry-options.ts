/**
 * How requests are retried, and the state that all requests of an uploader share for this.
 *
 * @module
 */

import type { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'
import type { Diagnosis, SignerAddress } from './diagnosis.ts'
import type { Treatment } from './remedies.ts'
import type { RetryQueues, Side } from './retry-queue.ts'
import type { Waits } from './waiting-reason.ts'

/** Makes one attempt. Resolves with the answer or the failure. Rejects if the signal has fired. */
export type Attempt<T> = () => Promise<{ readonly answer: T } | UploadError>

export interface FirstFailure {
  readonly error: UploadError
  /** When the request began, on the monotonic clock. */
  readonly startedAt: number
}

/** What all requests of an uploader share. */
export interface RetryContext {
  readonly effects: Effects
  /** How long a failing request is retried, in milliseconds. */
  readonly retryForMs: number
  /** Missing until a request has failed. */
  queues?: RetryQueues
  readonly signer?: SignerAddress
  /** Missing outside pages, and until a request has got no answer. */
  diagnosis?: Diagnosis
}

/** A request failed and is retried after `delayMs`. */
export interface RetryEvent {
  readonly error: UploadError
  readonly delayMs: number
}

/** How a request is retried. */
export interface RetryOptions {
  readonly retryContext: RetryContext
  readonly side?: Side
  readonly signal: AbortSignal
  readonly treat: (error: UploadError) => Treatment
  /** Requests of the same group share one call. */
  readonly group?: object
  /** Drops a signature that no longer works. */
  readonly reSign?: () => void
  readonly onRetry?: (event: RetryEvent) => void
  /** Notified when the request waits, and why. */
  readonly waits?: Waits
}
