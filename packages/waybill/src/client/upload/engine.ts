/**
 * The objects shared by all uploads of an uploader.
 *
 * @module
 */

import type { Effects } from '../effects.ts'
import type { RecordKeeping } from '../resume/resume-record.ts'
import type { Semaphore } from '../semaphore.ts'
import type { ConnectionBudget } from '../send/connection-budget.ts'
import type { RetryContext } from '../send/failed-request.ts'
import type { Transport } from '../send/storage-request.ts'
import type { SharedCalls } from '../signer-calls/shared-calls.ts'

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

/**
 * The bucket's second host name, for which browsers open additional connections. It is used on
 * networks that lose packets; see `part-limit.ts`. It starts with one connection and can grow to as
 * many as the first host name has.
 *
 * A proxy, a DNS resolver or a policy may block the name. It is given up if its first request fails
 * or, later, if two requests in a row fail.
 */
export interface SecondHost {
  readonly budget: ConnectionBudget
  /** Aborting it gives up the host name and cancels all requests to it. */
  readonly givenUp: AbortController
  /** Whether the last request to this host succeeded. */
  isProven: boolean
}
