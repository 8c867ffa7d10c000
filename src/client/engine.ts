/**
 * What all uploads of one uploader share.
 *
 * @module
 */

import type { SharedCalls } from './calls/shared-calls.ts'
import type { Effects } from './effects.ts'
import type { Semaphore } from './hash/semaphore.ts'
import type { ResumeStore } from './resume/resume-record.ts'
import type { ConnectionBudget } from './transport/connection-budget.ts'
import type { Send } from './transport/send.ts'
import type { Admission } from './upload/semaphore.ts'

export interface Engine {
  /** The signer's base URL; a resume record belongs to one. */
  readonly endpoint: string
  /** Whose resume records these uploads use; missing for those of the whole browser. */
  readonly scope?: string
  readonly effects: Effects
  readonly calls: SharedCalls
  /** Watches for stalls. */
  readonly send: Send
  /** Whether the bytes of requests pass through us and go to `onBytes`, or the platform reads the file itself. */
  readonly showsBytes: boolean
  readonly budget: ConnectionBudget
  readonly admission: Admission
  /** Whole files are read for their hash a few at a time, so that memory stays flat. */
  readonly hashing: Semaphore
  /** Missing where uploads do not outlive the page. */
  readonly resumeStore?: ResumeStore
}
