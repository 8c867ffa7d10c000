/**
 * The contracts between an upload's handle (`Upload`), the code that carries the upload out
 * (`UploadRun`), and the strategies that send the bytes.
 *
 * @module
 */

import type { CompleteResponse } from '../../protocol/messages.ts'
import type { Requester } from '../send/connection-budget.ts'
import type { Waits } from '../send/waiting-reason.ts'
import type { CallOptions, ReceivedGrant, Slots } from '../signer-calls/shared-calls.ts'
import type { UploadEvents, UploadState } from './upload-state.ts'

/** Everything a strategy needs for one run, which lasts until the next pause or the end. */
export interface RunContext {
  readonly file: Blob
  readonly requester: Requester
  readonly slots: Slots
  readonly control: UploadControl
  readonly callOptions: CallOptions
  /** Requests a new grant, and thus a new key, from the signer. */
  readonly askGrant: () => Promise<ReceivedGrant>
}

/** Sends a granted upload in one request or in parts, and completes or aborts it. */
export interface StrategyRun {
  /** Sends all missing bytes and completes the upload. Called again after a pause. */
  readonly run: (context: RunContext) => Promise<CompleteResponse>
  /** Removes the resume record. */
  readonly forget: () => Promise<void>
  /** Aborts the upload in S3. Never throws. @returns Whether this makes resuming impossible. */
  readonly takeBack: () => boolean
}

/** The functions that an upload's handle offers to `UploadRun`. */
export interface UploadControl {
  /** Fires when the upload is paused or aborted. */
  readonly signal: AbortSignal
  /** Fires only when the upload is aborted, even during a pause. */
  readonly gone: AbortSignal
  /** Keeps track of which requests are waiting and which are in flight. */
  readonly waits: Waits
  /** @throws The signal's reason, if the signal has fired. */
  enter(state: UploadState): void
  /** Call this when the file has been opened and its size and type are known. */
  opened(description: UploadDescription): void
  /** @param stored - Bytes that S3 has from an earlier session. */
  startAt(stored: number): void
  /**
   * @param confirmed - Bytes of `sent` that have certainly left the system's buffers.
   * @param stored - Bytes that S3 has. @default 0
   */
  sent(sent: number, confirmed: number, stored?: number): void
  retrying(event: UploadEvents['retry']): void
}

/** Carries out an upload from its current state to its end. */
export interface UploadSteps<Result> {
  advance(control: UploadControl): Promise<CompleteResponse<Result>>
  /** Cleans up after the upload was aborted. Never throws. */
  abandon(): void
}

export interface UploadDescription {
  readonly name: string
  /** Bytes. */
  readonly size: number
  readonly type: string
}
