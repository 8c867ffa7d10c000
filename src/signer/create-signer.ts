/**
 * The signer: our server side. It hands out permission and never sees bytes.
 *
 * @module
 */

import {
  MAX_BODY_SIZE,
  parseJson,
  type RuleName,
  type SignerRequest,
  type SignerResponse,
  UploadError,
  type UploadRules,
} from '../protocol/index.ts'
import { completeUpload } from './complete-upload.ts'
import { type Cors, createCors } from './cors.ts'
import { createUploads } from './create-uploads.ts'
import { failureOf } from './failure.ts'
import { fetchHandler } from './fetch-handler.ts'
import { signForm } from './sign-form.ts'
import { createContext, type SignerContext } from './signer-context.ts'
import type { SignerOptions } from './signer-options.ts'

export interface Signer<Rules extends UploadRules = UploadRules> {
  /** The rules it signs under; their type is what a client is typed by. */
  readonly rules: Rules
  readonly ruleNames: readonly RuleName<Rules>[]
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
    ruleNames: Object.keys(options.rules) as RuleName<Rules>[],
    handle,
    fetch: fetchHandler(handle),
  }
}

type Call = (context: SignerContext, request: SignerRequest, body: unknown) => Promise<object>

interface Route {
  readonly GET?: Call
  readonly POST?: Call
  /** @default 200 */
  readonly status?: number
}

const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['', { GET: signForm, POST: createUploads }],
  ['/complete', { POST: completeUpload }],
])

async function answer(
  context: SignerContext,
  cors: Cors,
  request: SignerRequest,
): Promise<SignerResponse> {
  let headers: Readonly<Record<string, string>> = {}
  try {
    headers = cors(request)
    if (request.method === 'OPTIONS') return { status: 204, headers, body: '' }
    const value = await route(context, request)
    return json(request.method === 'POST' && request.path === '' ? 201 : 200, headers, value)
  } catch (error) {
    const failure = failureOf(context, error)
    return json(failure.status, headers, failure.toJSON())
  }
}

async function route(context: SignerContext, request: SignerRequest): Promise<object> {
  const path = request.path === '/' ? '' : request.path
  const found = ROUTES.get(path)
  if (!found) throw new UploadError('NOT_FOUND', 'the signer has no such path')
  const { method } = request
  const call = method === 'GET' || method === 'POST' ? found[method] : undefined
  if (!call)
    throw new UploadError('METHOD_NOT_ALLOWED', `${method.slice(0, 16)} is not answered here`)
  return call(context, request, method === 'POST' ? readBody(request) : undefined)
}

function readBody({ headers, body = '' }: SignerRequest): unknown {
  // A form or plain text can be posted by any page without a preflight; JSON cannot.
  const type = headers['content-type'] ?? ''
  if (!/^application\/json\s*(?:;|$)/i.test(type)) {
    throw new UploadError('REQUEST_INVALID', 'content-type is not application/json')
  }
  const size = body.length > MAX_BODY_SIZE ? body.length : new TextEncoder().encode(body).length
  if (size > MAX_BODY_SIZE) {
    throw new UploadError(
      'REQUEST_TOO_LARGE',
      `body is ${size} bytes, at most ${MAX_BODY_SIZE} are read`,
    )
  }
  return parseJson(body)
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
