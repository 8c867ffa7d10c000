/**
 * The context of one call: the signer's context plus what belongs to this call. The call's id links
 * a user's report to the entries of `onEvent`, `onError` and the logs.
 *
 * @module
 */

import { toHex } from 'waybill-s3/internal/digest'
import type { ErrorMessage } from '../../protocol/messages.ts'
import type { SignerRequest } from '../../protocol/signer-request.ts'
import type { UploadError } from '../../protocol/upload-error.ts'
import type { TimeLimit } from '../../storage/time-limit.ts'
import type { SignerContext } from './signer-context.ts'
import { withTimeBudget } from './time-budget.ts'

/** Options of one call to the signer. */
export interface CallOptions<Context = unknown> extends TimeLimit {
  /** Passed to `authorize`, `accept`, `key` and `onComplete`. */
  readonly context?: Context
  /**
   * The request's id in your server's own logs: letters, digits and `. : = + / @ _ -`, up to 128
   * characters. It becomes `error.id` of a refusal and `id` of events.
   * @default - 16 random hexadecimal digits
   */
  readonly requestId?: string
}

/** The context of a call. Its `onError` and `report` add the call's id. */
export interface CallContext extends SignerContext {
  id(): string
  /** Whether the request's `Origin` is in `allowedOrigins`. */
  readonly originIsAllowed: boolean
}

const REQUEST_ID = /^[\w.:=+/@-]{1,128}$/

export function callContext(
  context: SignerContext,
  request: SignerRequest,
  { context: given, requestId, ...limit }: CallOptions,
): CallContext {
  const { onError, report, randomBytes } = context
  let known = isRequestId(requestId) ? requestId : undefined
  // Created on demand: most calls succeed without an event and never need an id.
  const id = () => {
    known ??= toHex(randomBytes(8))
    return known
  }
  return {
    ...context,
    seal: oneSeal(context),
    s3: withTimeBudget(context, request, limit),
    given,
    id,
    originIsAllowed: false,
    onError: (error) => onError(error, { id: id() }),
    report: report && ((event) => report({ id: id(), ...event })),
  }
}

/** JavaScript callers may pass a number, or a missing header. */
function isRequestId(value: unknown): value is string {
  return typeof value === 'string' && REQUEST_ID.test(value)
}

/** Uses one seal for the whole call, even if the secret changes meanwhile. */
function oneSeal(context: SignerContext): SignerContext['seal'] {
  let asked: ReturnType<SignerContext['seal']> | undefined
  return () => {
    asked ??= context.seal()
    return asked
  }
}

export function errorMessage({ id }: Pick<CallContext, 'id'>, failure: UploadError): ErrorMessage {
  return { error: { ...failure.toJSON().error, id: id() } }
}
