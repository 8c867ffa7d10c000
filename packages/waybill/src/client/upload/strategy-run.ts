/**
 * Sending one upload by the strategy that it was granted: files in one request, or in parts.
 *
 * @module
 */

import type { CompleteResponse } from '../../protocol/messages.ts'
import type { CallOptions, ReceivedGrant, Slots } from '../signer-calls/shared-calls.ts'
import type { Requester } from '../send/connection-budget.ts'
import type { UploadControl } from './upload-steps.ts'

/** What a strategy gets for one run, which lasts until the next pause or the end. */
export interface RunContext {
  readonly file: Blob
  readonly requester: Requester
  readonly slots: Slots
  readonly control: UploadControl
  readonly callOptions: CallOptions
  /** Asks the signer for another grant, and so for another key. */
  readonly askGrant: () => Promise<ReceivedGrant>
}

/** An upload that was granted: sends, completes and aborts it. */
export interface StrategyRun {
  /** Sends what has not been sent, and completes. Called again after a pause. */
  readonly run: (context: RunContext) => Promise<CompleteResponse>
  /** Removes the resume record. */
  readonly forget: () => Promise<void>
  /** Removes what S3 has of it. Never throws. @returns Whether it can no longer be continued. */
  readonly takeBack: () => boolean
}
