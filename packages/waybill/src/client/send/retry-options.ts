/**
 * How a request is made again, and what all requests of an uploader know of failures.
 *
 * @module
 */

import type { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'
import type { UploadEvents } from '../upload/upload-state.ts'
import type { Waits } from './waits.ts'
import type { Asked, Diagnosis } from './diagnosis.ts'
import type { LinePair, Side } from './line.ts'
import type { Treatment } from './remedies.ts'

/** One try of a request: its answer, or why there is none. Rejects when the signal has fired. */
export type Attempt<T> = () => Promise<{ readonly answer: T } | UploadError>

/** A failure of a request, and when the request began by the monotonic clock. */
export interface FirstFailure {
  readonly error: UploadError
  readonly startedAt: number
}

/** What all requests of an uploader know of failures. */
export interface Lines {
  readonly effects: Effects
  /** How long a request is made again. */
  readonly retryForMs: number
  /** The lines to the signer and the storage; missing until something has failed. */
  pair?: LinePair
  /** The signer that `diagnosis` asks. */
  readonly asked?: Asked
  /** Missing outside of pages, and until something has failed. */
  diagnosis?: Diagnosis
}

/** How a request is made again, and what ends that. */
export interface RetryOptions {
  readonly lines: Lines
  /** Where the request goes; missing for the page's own server. */
  readonly side?: Side
  readonly signal: AbortSignal
  readonly treat: (error: UploadError) => Treatment
  /** Requests of the same group travel in one call. */
  readonly group?: object
  /** Drops the signature that no longer works. */
  readonly reSign?: () => void
  readonly onRetry?: (event: UploadEvents['retry']) => void
  /** Hears that the upload waits, and for what. */
  readonly waits?: Waits
}
