/**
 * Calculates the time left before Lambda ends the function, minus the time needed to respond.
 *
 * @module
 */

import type { TimeLimit } from 'waybill/signer'

/** The part of Lambda's second argument that the handlers use. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number
  /** Id of the request, as in the function's log. */
  readonly awsRequestId?: string
}

/** Time to write and send the response before Lambda ends the function. */
const MARGIN_MS = 500

/**
 * Creates the time limit for a call.
 *
 * @param context - Missing in tests and outside Lambda. There is no limit then.
 */
export function remainingTime(context: LambdaContext | undefined): TimeLimit {
  if (typeof context?.getRemainingTimeInMillis !== 'function') return {}
  return { remainingTimeMs: () => context.getRemainingTimeInMillis() - MARGIN_MS }
}
