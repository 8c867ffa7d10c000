/**
 * The connections to the bucket's second host name: at most as many as to the first. They are
 * opened where packets are lost (`multipart/part-limit.ts`): first one, then more when it carries
 * bytes.
 *
 * A proxy, a resolver or a policy may not know the name: if its first request fails, it is given
 * up. After a request that succeeded, it is given up when two requests in a row fail.
 *
 * @module
 */

import type { ConnectionBudget } from './connection-budget.ts'

/** What the uploads of one uploader share about the second host name. */
export interface SecondHost {
  readonly budget: ConnectionBudget
  /** Aborted when the name is given up, for all uploads of the uploader. */
  readonly givenUp: AbortController
  /** Whether the last request to it has succeeded. */
  isProven: boolean
}
