/**
 * How requests are retried, and what all requests of an uploader share for that.
 *
 * @module
 */

import type { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'
import type { Diagnosis, SignerAddress } from './diagnosis.ts'
import type { Treatment } from './remedies.ts'
import type { RetryQueues, Side } from './retry-queue.ts'
import type { Waits } from './waits.ts'

/** One attempt: the answer, or why there is none. Rejects when the signal has fired. */
export type Attempt<T> = () => Promise<{ readonly answer: T } | UploadError>

export interface FirstFailure {
  readonly error: UploadError
  /** When the request began, on the monotonic clock. */
  readonly startedAt: number
}

/** What all requests of an uploader share. */
export interface RetryContext {
  readonly effects: Effects
  /** How long a failing request is retried. */
  readonly retryForMs: number
  /** Missing until something has failed. */
  queues?: RetryQueues
  readonly signer?: SignerAddress
  /** Missing outside pages, and until something has failed. */
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
  /** Told when the upload waits, and for what. */
  readonly waits?: Waits
}
