/**
 * The course of one upload after it was granted: send, then complete. There is one for files that go in one request
 * and one for files in parts.
 *
 * @module
 */

import type { CompleteResponse } from '../../protocol/messages.ts'
import type { CallOptions, Slots } from '../calls/shared-calls.ts'
import type { Requester } from '../transport/connection-budget.ts'
import type { UploadControl } from './upload.ts'

/** One run of an upload, from its start or from a pause to the next pause or its end. */
export interface Run {
  readonly file: Blob
  readonly requester: Requester
  readonly slots: Slots
  readonly control: UploadControl
  readonly callOptions: CallOptions
}

export interface Course {
  /** Sends what has not been sent, and completes. Called again after a pause. */
  readonly run: (run: Run) => Promise<CompleteResponse>
  /** Nothing is kept for a resume any more. */
  readonly forget: () => Promise<void>
  /** Takes back what S3 has. Never throws. */
  readonly takeBack: () => void
}
