/**
 * The context of one call to the signer. The call's id appears in the error response, in events and
 * in logs, so that they can be matched.
 *
 * @module
 */

import { toHex } from 'waybill-s3/internal/digest'
import type { SignerRequest } from '../../protocol/authorization.ts'
import type { ErrorMessage } from '../../protocol/messages.ts'
import type { UploadError } from '../../protocol/upload-error.ts'
import type { S3CallContext } from '../../storage/s3-call-context.ts'
import { shorterLimit, type TimeLimit } from '../../storage/time-limit.ts'
import type { SignerContext } from './signer-context.ts'

/** Options for one call to `signer.handle`. */
export interface CallOptions<Context = unknown> extends TimeLimit {
  /** Passed to the rules' `authorize`, `accept`, `key` and `onComplete`. */
  readonly context?: Context
  /**
   * The request's id in your own server's logs: up to 128 letters, digits and the characters
   * `. : = + / @ _ -`. It becomes the `id` of events and the `error.id` of an error response. An
   * invalid id is replaced with the default.
   * @default - 16 random hexadecimal digits
   */
  readonly requestId?: string
}

export interface CallContext extends SignerContext {
  id(): string
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
  // Created on demand, because most calls succeed without an event and never need an id.
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
    report: report && ((event, failure) => report({ id: id(), ...event }, failure)),
  }
}

export function isRequestId(value: unknown): value is string {
  return typeof value === 'string' && REQUEST_ID.test(value)
}

/** Uses the same seal for the whole call, even if the secret changes in the meantime. */
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

const MOST_MS = 15_000

/**
 * Limits how long one call waits for storage, so that the signer can still respond. If the platform
 * ended the function first, the response would have no CORS headers, and browsers would report a
 * network failure.
 *
 * `complete` may use all the remaining time, because S3 can take minutes to complete an upload with
 * thousands of parts.
 */
function withTimeBudget(
  { s3, now }: Pick<SignerContext, 's3' | 'now'>,
  { path }: SignerRequest,
  limit: TimeLimit,
): S3CallContext {
  if (path === '/complete') return { ...s3, ...limit }
  const end = now().getTime() + MOST_MS
  const own = { remainingTimeMs: () => end - now().getTime() }
  return { ...s3, ...shorterLimit(own, limit) }
}
