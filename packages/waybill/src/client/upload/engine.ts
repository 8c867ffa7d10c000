/**
 * What all uploads of one uploader share.
 *
 * @module
 */

import type { Effects } from '../effects.ts'
import type { RecordKeeping } from '../resume/resume-record.ts'
import type { Semaphore } from '../semaphore.ts'
import type { ConnectionBudget } from '../send/connection-budget.ts'
import type { RetryContext } from '../send/retry-options.ts'
import type { Transport } from '../send/storage-request.ts'
import type { SharedCalls } from '../signer-calls/shared-calls.ts'

export interface Engine extends RecordKeeping {
  readonly effects: Effects
  readonly retryContext: RetryContext
  readonly calls: SharedCalls
  readonly transport: Transport
  readonly budget: ConnectionBudget
  /** Missing unless `storageOrigins` allows a second host name. */
  readonly second?: SecondHost
  readonly admission: Admission
}

/** Limits of how many uploads are in preparation or in flight. */
export interface Admission {
  /** Files small enough for one request. They enter in batches, as calls to the signer do. */
  readonly small: Semaphore
  readonly large: Semaphore
  /** Files being hashed, which takes memory. */
  readonly hashing: Semaphore
  /** Calls for verdicts, so that uploads still reach the signer. */
  readonly asking: Semaphore
}

/**
 * The bucket's second host name. Connections to it are opened where packets are lost, see
 * `part-limit.ts`: one first, and more once that one has carried bytes; at most as many as to the
 * first name.
 *
 * A proxy, a resolver or a policy may not know the name: it is given up when its first request
 * fails, and later when two requests in a row fail.
 */
export interface SecondHost {
  readonly budget: ConnectionBudget
  /** Aborted when the name is given up, which ends all requests to it. */
  readonly givenUp: AbortController
  /** Whether the last request to it succeeded. */
  isProven: boolean
}
