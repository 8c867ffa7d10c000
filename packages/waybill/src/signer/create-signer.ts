/**
 * The signer: the server side of Waybill. It grants uploads and never sees their bytes.
 *
 * @module
 */

import type { RuleContext } from '../protocol/rule-context.ts'
import type { RuleHints } from '../protocol/rule-hints.ts'
import type { SignerRequest, SignerResponse } from '../protocol/signer-request.ts'
import type { RuleName, UploadRules } from '../protocol/upload-rule.ts'
import { retryAfter } from './answer-headers.ts'
import { type CallContext, type CallOptions, callContext, errorMessage } from './context/call-context.ts'
import { type Cors, createCors } from './cors.ts'
import type { DecidedOptions } from './decided-options.ts'
import { failureOf } from './context/failure.ts'
import { fetchHandler } from './fetch-handler.ts'
import type { ReceiptExpectation } from './receipts/open-receipt.ts'
import { type ConfirmableReceipt, readOwnReceipt } from './stored-objects/own-receipt.ts'
import { tellRefusedCall } from './context/report-refusal.ts'
import { type Answer, callRoute } from './routes.ts'
import { describeRules } from './rules/describe-rules.ts'
import { createContext } from './context/signer-context.ts'
import { createWayBack, type WayBack } from './stored-objects/stored-objects.ts'

/** Required if the functions of the rules name its type. */
type ContextArgument<Context> = undefined extends Context ? [context?: Context] : [context: Context]

/**
 * Answers the calls of the wire protocol. It keeps no state: every instance can answer every call.
 */
export interface Signer<Rules extends UploadRules = UploadRules, Context = RuleContext<Rules>>
  extends WayBack {
  /** The upload rules. Clients take their types from the type of this member. */
  readonly rules: Rules
  /**
   * Answers one call. Never throws: every failure is a response.
   *
   * @param options - The `context` of the application, the id of the request, and how long the
   *   caller still waits. When storage has not answered by then, the call fails with
   *   `STORAGE_UNAVAILABLE`. Without a limit, every call except `complete` waits 15 seconds for
   *   storage.
   */
  handle(request: SignerRequest, options?: CallOptions<Context>): Promise<SignerResponse>
  /**
   * Answers one call given as a `Request`, for edge runtimes and routers with the Fetch API.
   *
   * @param request - Its path must end in one of the signer's paths; the rest is the base path.
   * @param context - What the functions of the rules may need beside the request, such as a
   *   session, a database or the `env` of a worker. Given to `authorize`, `accept`, `key` and
   *   `onComplete`.
   */
  fetch(request: Request, ...context: ContextArgument<Context>): Promise<Response>
  /**
   * Says what each rule allows, without asking `authorize`: for a server that renders a page. `GET
   * B/rules` says the same to callers, of the rules that are for them.
   */
  describe(): { readonly [Name in RuleName<Rules>]: RuleHints }
  /**
   * Reads the receipt of a stored object that a page has submitted. `complete` returned it to the
   * client.
   *
   * A receipt says that the object was stored, not that arrival has verified it. It does
   * not permit anything, and it can be submitted twice.
   *
   * @param receipt - As it was submitted: any value.
   * @throws {UploadError} `RECEIPT_INVALID` when this signer has not made it, or it is of another
   *   prefix or rule; `RECEIPT_EXPIRED` when it is too old; `RECEIPT_OWNER` when it is of another
   *   owner.
   */
  readReceipt(receipt: unknown, expectation: ReceiptExpectation): Promise<ConfirmableReceipt>
}

/**
 * Creates a signer.
 *
 * @returns A signer that is ready. Nothing has to be started or closed.
 * @throws {TypeError | RangeError} When an option is not valid. The message names the option.
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
  options: DecidedOptions<Rules, Context>,
): Signer<Rules, RuleContext<Rules> & Context> {
  const context = createContext(options)
  const cors = createCors({ ...options, ...context })
  const handle = (request: SignerRequest, call: CallOptions = {}) =>
    answer(callContext(context, request, call), cors, request)
  return {
    rules: options.rules,
    handle,
    fetch: fetchHandler((request, given) => handle(request, { context: given }), context.s3),
    // `describeRules` names each of them.
    describe: () => describeRules(context) as { [Name in RuleName<Rules>]: RuleHints },
    readReceipt: (receipt, expectation) => readOwnReceipt(context, receipt, expectation),
    ...createWayBack(context),
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
    await tellRefusedCall(context, request, failure)
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
  own: Answer['headers'] = {},
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
