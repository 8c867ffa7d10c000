/**
 * The contracts between the handle of an upload (`Upload`), the code that takes it from its file to
 * the stored object (`UploadRun`), and the strategies that send the bytes.
 *
 * @module
 */

import type { CompleteResponse } from '../../protocol/messages.ts'
import type { Requester } from '../send/connection-budget.ts'
import type { Waits } from '../send/waits.ts'
import type { CallOptions, ReceivedGrant, Slots } from '../signer-calls/shared-calls.ts'
import type { UploadEvents, UploadState } from './upload-state.ts'

/** What a strategy needs for one run, which lasts until the next pause or the end. */
export interface RunContext {
  readonly file: Blob
  readonly requester: Requester
  readonly slots: Slots
  readonly control: UploadControl
  readonly callOptions: CallOptions
  /** Asks the signer for a new grant, and so for a new key. */
  readonly askGrant: () => Promise<ReceivedGrant>
}

/** Sends, completes and aborts an upload that was granted: in one request, or in parts. */
export interface StrategyRun {
  /** Sends what is missing and completes the upload. Called again after a pause. */
  readonly run: (context: RunContext) => Promise<CompleteResponse>
  /** Removes the resume record. */
  readonly forget: () => Promise<void>
  /** Aborts the upload in S3. Never throws. @returns Whether it can no longer be resumed. */
  readonly takeBack: () => boolean
}

/** What `UploadRun` may do with the handle of its upload. */
export interface UploadControl {
  /** Fires when the upload is paused or aborted. */
  readonly signal: AbortSignal
  /** Fires only when the upload is aborted, also during a pause. */
  readonly gone: AbortSignal
  /** Told which requests wait and which are in flight. */
  readonly waits: Waits
  /** @throws The signal's reason, if it has fired. */
  enter(state: UploadState): void
  /** To be called when the file is open: its size and type are now known. */
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

/** Takes an upload from its current state to its end; called again after a pause. */
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
