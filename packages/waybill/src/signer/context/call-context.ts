/**
 * What one call to the signer works with: the signer's own context, and what belongs to the call
 * alone. Its id joins what a person reports to what `onEvent`, `onError` and the logs say.
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

/** Options of one call of a signer. */
export interface CallOptions<Context = unknown> extends TimeLimit {
  /** Given to `authorize`, `accept`, `key` and `onComplete`. */
  readonly context?: Context
  /**
   * What the server calls the request in its own logs: letters, digits and `. : = + / @ _ -`, up to
   * 128 characters. It becomes `error.id` of a refusal, and `id` of events.
   * @default - 16 random hexadecimal digits
   */
  readonly requestId?: string
}

/** The context of a call. Its `onError` and `tell` add the id of the call. */
export interface CallContext extends SignerContext {
  id(): string
  /** Whether the call names an `Origin` that is among `allowedOrigins`. */
  readonly originIsAllowed: boolean
}

const REQUEST_ID = /^[\w.:=+/@-]{1,128}$/

/** Begins a call. */
export function callContext(
  context: SignerContext,
  request: SignerRequest,
  { context: given, requestId, ...limit }: CallOptions,
): CallContext {
  const { onError, tell, randomBytes } = context
  let known = isRequestId(requestId) ? requestId : undefined
  // Most calls succeed without an event: then nobody needs their id.
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
    tell: tell && ((event) => tell({ id: id(), ...event })),
  }
}

/** JavaScript callers may pass a number, or a header that is missing. */
function isRequestId(value: unknown): value is string {
  return typeof value === 'string' && REQUEST_ID.test(value)
}

/** Keeps the seal for one call, even when the secret changes during the call. */
function oneSeal(context: SignerContext): SignerContext['seal'] {
  let asked: ReturnType<SignerContext['seal']> | undefined
  return () => {
    asked ??= context.seal()
    return asked
  }
}

/** Writes a failure for the caller. */
export function errorMessage({ id }: Pick<CallContext, 'id'>, failure: UploadError): ErrorMessage {
  return { error: { ...failure.toJSON().error, id: id() } }
}
