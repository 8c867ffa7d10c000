/**
 * The connections to the bucket's second host name: as many again as to the first. They are opened
 * where packets are lost (`multipart/part-limit.ts`), first one, and more when it carries bytes.
 *
 * A name that a proxy, a resolver or a policy does not know is given up at its first failure. One
 * that has worked may fail as the first name does, but not twice in a row.
 *
 * @module
 */

import type { ConnectionBudget } from './connection-budget.ts'

/** What the uploads of one uploader know of the second host name. */
export interface SecondHost {
  readonly budget: ConnectionBudget
  /** Aborted when the name is given up, for all uploads of the uploader. */
  readonly givenUp: AbortController
  /** Whether the last request to it has succeeded. */
  isProven: boolean
}
