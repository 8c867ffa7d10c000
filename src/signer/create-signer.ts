/**
 * The signer: our server side. It hands out permission and never sees bytes.
 *
 * @module
 */

import type { SignerRequest, SignerResponse, UploadRules } from '../protocol/index.ts'
import { type Cors, createCors } from './cors.ts'
import { failureOf } from './failure.ts'
import { fetchHandler } from './fetch-handler.ts'
import { tellRefusedCall } from './refusal.ts'
import { callRoute } from './routes.ts'
import { createContext, type SignerContext } from './signer-context.ts'
import type { SignerOptions } from './signer-options.ts'

export interface Signer<Rules extends UploadRules = UploadRules> {
  /** The rules it signs under; their type is what a client is typed by. */
  readonly rules: Rules
  /** Answers one call. Never throws: every failure is a response. */
  handle(request: SignerRequest): Promise<SignerResponse>
  /**
   * The same for `Request` and `Response`, for edge runtimes and routers of the Fetch kind.
   *
   * @param request - Its path must end in one of the signer's own; what comes before is the base path.
   */
  fetch(request: Request): Promise<Response>
}

/**
 * @throws {TypeError | RangeError} Naming the option that cannot be.
 */
export function createSigner<const Rules extends UploadRules>(
  options: SignerOptions<Rules>,
): Signer<Rules> {
  const context = createContext(options)
  const cors = createCors(options)
  const handle = (request: SignerRequest) => answer(context, cors, request)
  return {
    rules: options.rules,
    handle,
    fetch: fetchHandler(handle),
  }
}

async function answer(
  context: SignerContext,
  cors: Cors,
  request: SignerRequest,
): Promise<SignerResponse> {
  let headers: Readonly<Record<string, string>> = {}
  try {
    headers = cors(request)
    if (request.method === 'OPTIONS') return { status: 204, headers, body: '' }
    const { status, value } = await callRoute(context, request)
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
