/**
 * What all uploads of one uploader share.
 *
 * @module
 */

import type { SharedCalls } from '../signer-calls/shared-calls.ts'
import type { Effects } from '../effects.ts'
import type { ResumeStore } from '../resume/resume-record.ts'
import type { Lines } from '../send/retry-options.ts'
import type { ConnectionBudget } from '../send/connection-budget.ts'
import type { SecondHost } from '../send/second-host.ts'
import type { Transport } from '../send/send-request.ts'
import type { Semaphore } from '../semaphore.ts'

/** What all uploads of one uploader share. */
export interface Engine {
  /** The signer's base URL; a resume record belongs to one. */
  readonly endpoint: string
  /** Whose resume records these uploads use; missing for those of the whole browser. */
  readonly scope?: string
  readonly effects: Effects
  readonly lines: Lines
  readonly calls: SharedCalls
  readonly transport: Transport
  readonly budget: ConnectionBudget
  /** Missing where the page does not allow a second host name. */
  readonly second?: SecondHost
  readonly admission: Admission
  /** Missing where uploads do not outlive the page. */
  readonly resumeStore?: ResumeStore
  /** Older records are removed. */
  readonly maxRecordAgeMs: number
}

/** How many uploads may be in preparation or under way. */
export interface Admission {
  /** Files that may go in one request; they enter in batches, as calls to the signer take them. */
  readonly small: Semaphore
  readonly large: Semaphore
  /** Bounds how many files are hashed at once, so that memory stays small. */
  readonly hashing: Semaphore
  /** Bounds how many verdicts are asked for at once, so that uploads still reach the signer. */
  readonly asking: Semaphore
}
