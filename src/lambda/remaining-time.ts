/**
 * The time that Lambda leaves a function, less what answering takes.
 *
 * @module
 */

import type { TimeLimit } from '../aws/time-limit.ts'

/** What the handlers use of Lambda's second argument. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number
}

/** To write the answer and hand it over, before Lambda ends the function. */
const MARGIN_MS = 500

/** @param context - Missing in tests and behind other callers: there is no limit then. */
export function remainingTime(context: LambdaContext | undefined): TimeLimit {
  if (typeof context?.getRemainingTimeInMillis !== 'function') return {}
  return { remainingTimeMs: () => context.getRemainingTimeInMillis() - MARGIN_MS }
}
