/**
 * The objects shared by all uploads of an uploader, and the interfaces between the parts of one:
 * `Upload` (the handle), `UploadRun` (which carries the upload out) and the strategies (which send
 * the bytes).
 *
 * @module
 */

import type { CompleteResponse } from '../../protocol/messages.ts'
import type { Effects } from '../effects.ts'
import type { RecordKeeping } from '../resume/resume-record.ts'
import type { Semaphore } from '../semaphore.ts'
import type { ConnectionBudget, Requester } from '../send/connection-budget.ts'
import type { RetryContext } from '../send/failed-request.ts'
import type { SecondHost } from '../send/second-host.ts'
import type { Transport } from '../send/storage-request.ts'
import type { Waits } from '../send/waiting.ts'
import type {
  CallOptions,
  ReceivedGrant,
  SharedCalls,
  Slots,
} from '../signer-calls/shared-calls.ts'
import type { UploadEvents, UploadState } from './upload-state.ts'

export interface Engine extends RecordKeeping {
  readonly effects: Effects
  readonly retryContext: RetryContext
  readonly calls: SharedCalls
  readonly transport: Transport
  readonly budget: ConnectionBudget
  /** Present if `storageOrigins` allows a second host name. */
  readonly second?: SecondHost
  readonly admission: Admission
}

export interface Admission {
  /**
   * For files that fit into a single request. They are admitted in batches, so that they share
   * signer calls.
   */
  readonly small: Semaphore
  readonly large: Semaphore
  /** Limited because hashing takes memory. */
  readonly hashing: Semaphore
}

/** Everything a strategy needs until the next pause or the end of the upload. */
export interface RunContext {
  readonly file: Blob
  readonly requester: Requester
  readonly slots: Slots
  readonly control: UploadControl
  readonly callOptions: CallOptions
  /** Requests a new grant, and with it a new key, from the signer. */
  readonly askGrant: () => Promise<ReceivedGrant>
}

export interface StrategyRun {
  readonly run: (context: RunContext) => Promise<CompleteResponse>
  readonly forget: () => Promise<void>
  /**
   * Aborts the upload in S3. Never throws. @returns Whether the upload can no longer be resumed.
   */
  readonly takeBack: () => boolean
}

export interface UploadControl {
  /** Aborted when the upload is paused or aborted. */
  readonly signal: AbortSignal
  /** Aborted only when the upload itself is aborted, which can also happen during a pause. */
  readonly gone: AbortSignal
  readonly waits: Waits
  /** @throws `signal.reason` when the signal has been aborted. */
  enter(state: UploadState): void
  opened(description: UploadDescription): void
  startAt(stored: number): void
  /**
   * @param confirmed - Bytes in `sent` that are known to have left the system's buffers.
   * @param stored - Bytes stored in S3. @default 0
   */
  sent(sent: number, confirmed: number, stored?: number): void
  retrying(event: UploadEvents['retry']): void
}

export interface UploadSteps<Result> {
  advance(control: UploadControl): Promise<CompleteResponse<Result>>
  /** Cleans up after the upload was aborted. Never throws. */
  abandon(): void
}

export interface UploadDescription {
  readonly name: string
  /** Size of the file in bytes. */
  readonly size: number
  readonly type: string
}
