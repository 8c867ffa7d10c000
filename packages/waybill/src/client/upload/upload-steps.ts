/**
 * The interface between the handle of an upload and the code that carries it out.
 *
 * @module
 */

import type { CompleteResponse } from '../../protocol/messages.ts'
import type { UploadEvents, UploadState } from './upload-state.ts'
import type { Waits } from '../send/waits.ts'

/** What the steps may do to the upload that they carry out. */
export interface UploadControl {
  /** Fires on pause and on abort. */
  readonly signal: AbortSignal
  /** Fires on abort alone, also on one that follows a pause. */
  readonly gone: AbortSignal
  /** Told which requests wait and which are under way. */
  readonly waits: Waits
  /** @throws The signal's reason once it has fired. */
  enter(state: UploadState): void
  /** The file has been opened: its size and type are known. */
  opened(description: UploadDescription): void
  /** @param stored - Bytes that S3 has from an earlier session. */
  startAt(stored: number): void
  /**
   * @param confirmed - How many of the bytes that have left are not only in a buffer.
   * @param stored - How many S3 has. @default 0
   */
  sent(sent: number, confirmed: number, stored?: number): void
  retrying(event: UploadEvents['retry']): void
}

/** Carries an upload from its current state to its end; called again after a pause. */
export interface UploadSteps<Result> {
  advance(control: UploadControl): Promise<CompleteResponse<Result>>
  /** The upload was aborted: takes back what it had begun. Never throws. */
  abandon(): void
}

/** What a page shows of a file. */
export interface UploadDescription {
  readonly name: string
  /** Bytes. */
  readonly size: number
  readonly type: string
}
