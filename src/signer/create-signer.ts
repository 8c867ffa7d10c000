/**
 * The signer: our server side. It hands out permission and never sees bytes.
 *
 * @module
 */

import type { TimeLimit } from '../aws/time-limit.ts'
import type {
  Authorize,
  PublicAuthorization,
  SignerRequest,
  SignerResponse,
  UploadRules,
} from '../protocol/index.ts'
import { type Cors, createCors } from './cors.ts'
import { failureOf } from './failure.ts'
import { fetchHandler } from './fetch-handler.ts'
import { tellRefusedCall } from './refusal.ts'
import { callRoute } from './routes.ts'
import { createContext, type SignerContext } from './signer-context.ts'
import type { SignerOptions } from './signer-options.ts'
import { withTimeBudget } from './time-budget.ts'

/** Answers the calls of the wire protocol. It keeps no state: each instance can answer each call. */
export interface Signer<Rules extends UploadRules = UploadRules> {
  /** The rules it signs under; their type is what a client is typed by. */
  readonly rules: Rules
  /**
   * Answers one call. Never throws: every failure is a response.
   *
   * @param limit - How long the caller still waits. What storage has not answered by then becomes
   *   `STORAGE_UNAVAILABLE`; every call but `complete` is answered so within 15 seconds in any case.
   */
  handle(request: SignerRequest, limit?: TimeLimit): Promise<SignerResponse>
  /**
   * The same for `Request` and `Response`, for edge runtimes and routers of the Fetch kind.
   *
   * @param request - Its path must end in one of the signer's own; what comes before is the base path.
   */
  fetch(request: Request): Promise<Response>
}

/** Names of the rules that say neither `authorize` nor `public: true`. Rules known at run time alone are judged there. */
type DependentRules<Rules extends UploadRules> = string extends keyof Rules
  ? never
  : {
      [Name in keyof Rules]: Rules[Name] extends
        | { readonly authorize: Authorize<PublicAuthorization> }
        | { readonly public: true }
        ? never
        : Name
    }[keyof Rules]

/** What the compiler names when a rule says neither `authorize` nor `public: true`, and the signer has no `authorize`. */
export interface AuthorizeForRules<_Names> {
  readonly authorize: Authorize
}

/** Options whose rules all say who may upload, or leave it to an `authorize` that is there. */
export type DecidedOptions<Rules extends UploadRules> = SignerOptions<Rules> &
  ([DependentRules<Rules>] extends [never] ? unknown : AuthorizeForRules<DependentRules<Rules>>)

/**
 * Makes a signer: checks the options, and answers calls from then on.
 *
 * @throws {TypeError | RangeError} Naming the option that is invalid.
 */
export function createSigner<const Rules extends UploadRules>(
  options: DecidedOptions<Rules>,
): Signer<Rules> {
  const context = createContext(options)
  const cors = createCors({ ...options, onError: context.onError })
  const handle = (request: SignerRequest, limit: TimeLimit = {}) =>
    answer(withOneSeal(context), cors, request, limit)
  return {
    rules: options.rules,
    handle,
    fetch: fetchHandler(handle),
  }
}

/** One call works with one seal, also when the secret changes meanwhile. */
function withOneSeal(context: SignerContext): SignerContext {
  let asked: ReturnType<SignerContext['seal']> | undefined
  const seal = () => {
    asked ??= context.seal()
    return asked
  }
  return { ...context, seal }
}

async function answer(
  context: SignerContext,
  cors: Cors,
  request: SignerRequest,
  limit: TimeLimit,
): Promise<SignerResponse> {
  let headers: Readonly<Record<string, string>> = {}
  try {
    headers = cors(request)
    if (request.method === 'OPTIONS') return { status: 204, headers, body: '' }
    const { status, value } = await callRoute(withTimeBudget(context, request, limit), request)
    return value === undefined ? { status, headers, body: '' } : json(status, headers, value)
  } catch (error) {
    const failure = failureOf(context, error)
    await tellRefusedCall(context, request, failure)
    return json(failure.status, headers, failure.toJSON())
  }
}

function json(
  status: number,
  headers: Readonly<Record<string, string>>,
  value: object,
): SignerResponse {
  return {
    status,
    headers: {
      ...headers,
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
    body: JSON.stringify(value),
  }
}
