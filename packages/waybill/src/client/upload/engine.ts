/**
 * The objects that all uploads of one uploader share.
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

/** Limits on how many uploads are in preparation or in flight. */
export interface Admission {
  /** Files small enough for one request. They enter in batches, so that they share signer calls. */
  readonly small: Semaphore
  readonly large: Semaphore
  /** Files being hashed. Limited because hashing takes memory. */
  readonly hashing: Semaphore
  /** Calls for verdicts. Limited so that uploads still get through to the signer. */
  readonly asking: Semaphore
}

/**
 * The bucket's second host name. On networks that lose packets, one connection to it is opened, and
 * more once the first one has carried bytes, up to the same number as to the first host name. See
 * `part-limit.ts`.
 *
 * A proxy, a resolver or a policy may not know the name. It is therefore given up when the first
 * request to it fails, and later when two requests in a row fail.
 */
export interface SecondHost {
  readonly budget: ConnectionBudget
  /** Aborted when the name is given up, which aborts all requests to it. */
  readonly givenUp: AbortController
  /** Whether the last request to it succeeded. */
  isProven: boolean
}
