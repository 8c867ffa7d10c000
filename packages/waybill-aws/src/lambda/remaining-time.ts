import type { TimeLimit } from 'waybill/signer'

/** The properties of Lambda's context object that the handlers use. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number
  /** The request's id, which also appears in the function's log. */
  readonly awsRequestId?: string
}

/** Time reserved for sending the response. */
const MARGIN_MS = 500

/** Returns no limit if there is no context, as in tests and outside Lambda. */
export function remainingTime(context: LambdaContext | undefined): TimeLimit {
  if (typeof context?.getRemainingTimeInMillis !== 'function') return {}
  return { remainingTimeMs: () => context.getRemainingTimeInMillis() - MARGIN_MS }
}
