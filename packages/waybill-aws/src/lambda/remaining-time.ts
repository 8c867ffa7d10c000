/**
 * Reads the time that Lambda leaves a function, less the time for the response.
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

/** Milliseconds to write and send the response before Lambda ends the function. */
const MARGIN_MS = 500

/**
 * Makes the time limit of a call.
 *
 * @param context - Missing in tests and without Lambda: there is no limit then.
 */
export function remainingTime(context: LambdaContext | undefined): TimeLimit {
  if (typeof context?.getRemainingTimeInMillis !== 'function') return {}
  return { remainingTimeMs: () => context.getRemainingTimeInMillis() - MARGIN_MS }
}
