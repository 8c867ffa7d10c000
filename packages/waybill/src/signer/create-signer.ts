import type { SignerRequest, SignerResponse } from '../protocol/authorization.ts'
import type { RuleHints } from '../protocol/messages.ts'
import type { RuleContext, RuleName, UploadRules } from '../protocol/upload-rule.ts'
import type { ReceiptExpectation } from '../seal/read-receipt.ts'
import {
  type CallContext,
  type CallOptions,
  callContext,
  errorMessage,
} from './context/call-context.ts'
import { createContext } from './context/signer-context.ts'
import type { CheckedOptions } from './context/signer-options.ts'
import { type Cors, createCors } from './cors.ts'
import { fetchHandler } from './fetch-handler.ts'
import { failureOf, reportRefusedCall } from './refusals.ts'
import { callRoute, type RouteResponse, retryAfter } from './routes.ts'
import { describeRules } from './rules/describe-rules.ts'
import type { ConfirmableReceipt } from './stored-objects/find-object.ts'
import {
  loadStoredObjects,
  type StoredObjectFunctions,
  storedObjectFunctions,
} from './stored-objects/stored-objects.ts'

type ContextArgument<Context> = undefined extends Context ? [context?: Context] : [context: Context]

/**
 * Answers requests from Waybill clients. A signer is stateless, so any instance can answer any
 * request.
 */
export interface Signer<Rules extends UploadRules = UploadRules, Context = RuleContext<Rules>>
  extends StoredObjectFunctions {
  /** The upload rules. Client types are inferred from the type of this property. */
  readonly rules: Rules
  /**
   * Answers one request. Never throws: every failure becomes an error response.
   *
   * @param options - The application's `context`, the request's id and a time limit. If S3 has not
   *   responded within the limit, the call fails with `STORAGE_UNAVAILABLE`. Calls other than
   *   `complete` never wait more than 15 seconds for S3.
   */
  handle(request: SignerRequest, options?: CallOptions<Context>): Promise<SignerResponse>
  /**
   * Answers one `Request`, for edge runtimes and for routers that use the Fetch API.
   *
   * @param request - Its path must end with one of the signer's paths. Everything before that is
   *   the base path.
   * @param context - Anything else that the rules' functions need, such as a session, a database or
   *   a worker's `env`. Passed to `authorize`, `accept`, `key` and `onComplete`.
   */
  fetch(request: Request, ...context: ContextArgument<Context>): Promise<Response>
  /**
   * Describes every rule without calling `authorize`, for server-rendered pages. Clients get the
   * same from `GET /rules`, but only for the rules they can use.
   */
  describe(): { readonly [Name in RuleName<Rules>]: RuleHints }
  /**
   * Opens the receipt that a page has submitted for a stored object. The client received it from
   * `complete`.
   *
   * A receipt proves that the object was stored, not that the arrival handler has verified it. It
   * grants no permission, and it can be submitted more than once.
   *
   * @param receipt - The submitted value, of any type.
   * @throws {UploadError} `RECEIPT_INVALID` if this signer did not issue the receipt, or if it is
   *   for another prefix or rule; `RECEIPT_EXPIRED` if it is too old; `RECEIPT_OWNER` if it belongs
   *   to another owner.
   */
  readReceipt(receipt: unknown, expectation: ReceiptExpectation): Promise<ConfirmableReceipt>
}

/**
 * Creates a signer. It starts nothing and does not need to be closed.
 *
 * @throws {TypeError | RangeError} If an option is invalid. The message names the option.
 * @example
 * ```ts
 * const signer = createSigner({
 *   bucket: 'my-uploads',
 *   region: 'eu-west-1',
 *   credentials,
 *   secret: () => process.env.WAYBILL_SECRET,
 *   allowedOrigins: ['https://app.example.com'],
 *   rules: {
 *     photo: {
 *       types: ['image/jpeg', 'image/png'],
 *       maxSize: '10 MB',
 *       authorize: ({ headers }) => ownerOf(headers.cookie), // { owner } or false
 *     },
 *   },
 * })
 * const response = await signer.fetch(request)
 * ```
 */
export function createSigner<const Rules extends UploadRules, Context = unknown>(
  options: CheckedOptions<Rules, Context>,
): Signer<Rules, RuleContext<Rules> & Context> {
  const context = createContext(options)
  const cors = createCors({ ...options, ...context })
  const handle = (request: SignerRequest, call: CallOptions = {}) =>
    answer(callContext(context, request, call), cors, request)
  return {
    rules: options.rules,
    handle,
    fetch: fetchHandler((request, given) => handle(request, { context: given }), context.s3),
    // `describeRules` returns an entry for each rule.
    describe: () => describeRules(context) as { [Name in RuleName<Rules>]: RuleHints },
    readReceipt: async (receipt, expectation) =>
      (await loadStoredObjects()).readOwnReceipt(context, receipt, expectation),
    ...storedObjectFunctions(context),
  }
}

async function answer(
  context: CallContext,
  cors: Cors,
  request: SignerRequest,
): Promise<SignerResponse> {
  let headers: Readonly<Record<string, string>> = {}
  try {
    const { headers: allowed, refusal } = cors(request)
    headers = allowed
    if (refusal) throw refusal
    if (request.method === 'OPTIONS') return { status: 204, headers, body: '' }
    const originIsAllowed = 'access-control-allow-origin' in headers
    const call = callRoute({ ...context, originIsAllowed }, request)
    const { status, value, headers: own } = await call
    return value === undefined ? { status, headers, body: '' } : json(status, headers, value, own)
  } catch (error) {
    const failure = failureOf(context, error)
    await reportRefusedCall(context, request, failure)
    return json(
      failure.status,
      headers,
      errorMessage(context, failure),
      retryAfter(failure.details),
    )
  }
}

function json(
  status: number,
  headers: Readonly<Record<string, string>>,
  value: object,
  own: RouteResponse['headers'] = {},
): SignerResponse {
  return {
    status,
    headers: {
      ...headers,
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...own,
    },
    body: JSON.stringify(value),
  }
}
