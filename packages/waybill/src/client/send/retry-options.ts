import type { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'
import type { Side, Treatment } from '../error-table.ts'
import type { Diagnosis, SignerAddress } from './diagnosis.ts'
import type { RetryQueues } from './retry-queue.ts'
import type { Waits } from './waiting-reason.ts'

/** Resolves with the answer or the failure. Rejects only if the signal has been aborted. */
export type Attempt<T> = () => Promise<{ readonly answer: T } | UploadError>

export interface FirstFailure {
  readonly error: UploadError
  /** When the request began, on the monotonic clock. */
  readonly startedAt: number
}

export interface RetryContext {
  readonly effects: Effects
  readonly retryForMs: number
  queues?: RetryQueues
  readonly signer?: SignerAddress
  diagnosis?: Diagnosis
}

export interface RetryEvent {
  readonly error: UploadError
  readonly delayMs: number
}

export interface RetryOptions {
  readonly retryContext: RetryContext
  readonly side?: Side
  readonly signal: AbortSignal
  readonly treat: (error: UploadError) => Treatment
  readonly group?: object
  /** Drops a signature that no longer works. */
  readonly reSign?: () => void
  readonly onRetry?: (event: RetryEvent) => void
  readonly waits?: Waits
}
