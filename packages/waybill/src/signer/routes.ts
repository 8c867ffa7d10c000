/**
 * The wire protocol's routes. Paths are relative to the signer's base URL.
 *
 * @module
 */

import type { SignerRequest } from '../protocol/authorization.ts'
import { type Call, callPathAtEnd, findCall, methodsAt } from '../protocol/calls.ts'
import { parseJson, show } from '../protocol/json-value.ts'
import { maxBodySize } from '../protocol/message-limits.ts'
import type { CreateResponse, RulesResponse } from '../protocol/messages.ts'
import { type ErrorDetails, UploadError } from '../protocol/upload-error.ts'
import type { CallContext } from './context/call-context.ts'
import { createUploads } from './grant/create-uploads.ts'
import { abort, listUpload, signWindow } from './grant/part-calls.ts'
import { signForm } from './grant/sign-form.ts'
import { answerRules } from './rules/describe-rules.ts'
import { loadStoredObjects } from './stored-objects/stored-objects.ts'

type Handler<Value> = (
  context: CallContext,
  request: SignerRequest,
  body: unknown,
) => Promise<Value>

type Route = Handler<RouteResponse>

const ROUTES: Readonly<Record<Call, Route>> = {
  'GET ': answered(signForm),
  'POST ': answered(createUploads, 201, createHeaders),
  'GET /rules': answered(answerRules, 200, rulesHeaders),
  'POST /parts': answered(signWindow),
  'POST /list': answered(listUpload),
  // Loaded on demand to keep cold starts short. Granting uploads does not need this code.
  'POST /complete': answered(async (...call) => (await loadComplete()).completeUploads(...call)),
  'POST /abort': answered(abort, 204),
  'POST /link': answered(async (...call) => (await loadStoredObjects()).answerLink(...call)),
  'POST /remove': answered(async (...call) => (await loadStoredObjects()).answerRemove(...call)),
  'POST /verdict': answered(async (...call) => (await loadStoredObjects()).answerVerdict(...call)),
  'POST /claim': answered(async (...call) => (await loadStoredObjects()).answerClaim(...call)),
}

function loadComplete() {
  return import('./complete/complete-uploads.ts')
}

function answered<Value extends object | undefined>(
  call: Handler<Value>,
  status = 200,
  headersOf: (value: Value) => RouteResponse['headers'] = () => undefined,
): Route {
  return async (...asked) => {
    const value = await call(...asked)
    return { status, value, headers: headersOf(value) }
  }
}

export interface RouteResponse {
  readonly status: number
  readonly value: object | undefined
  readonly headers: Readonly<Record<string, string>> | undefined
}

export async function callRoute(
  context: CallContext,
  request: SignerRequest,
): Promise<RouteResponse> {
  const { method } = request
  const path = request.path === '/' ? '' : request.path
  const call = findCall(method, path)
  if (!call) {
    const allowed = methodsAt(path).join(', ')
    if (allowed === '') throw notFound(path)
    throw new UploadError(
      'METHOD_NOT_ALLOWED',
      `method is ${method.slice(0, 16)}, expected one of ${allowed}`,
    )
  }
  if (request.bodyTimedOut) {
    throw new UploadError('REQUEST_TIMEOUT', 'the body did not arrive in time')
  }
  const body = method === 'POST' ? readBody(request, path) : undefined
  // Without a secret, reject the whole call rather than each of its files.
  await context.seal()
  return ROUTES[call](context, request, body)
}

/**
 * The message omits the name of the call, so every call to a wrong endpoint gets the same message.
 */
function notFound(path: string): UploadError {
  // `signerPath` returns two leading slashes for a path outside the base path.
  const whole = path.replace('//', '/')
  const call = callPathAtEnd(whole)
  const received = show(whole.slice(0, whole.length - call.length) || whole)
  return new UploadError(
    'NOT_FOUND',
    path === whole
      ? `${received} is not a path of the signer: if the signer is mounted there, set its basePath to the endpoint's whole path (toNodeHandler(signer, { basePath })); else remove it from the end of the page's endpoint`
      : `${received} is not below the signer's basePath: the page's endpoint must end in basePath, so correct one of the two`,
  )
}

function readBody({ headers, body = '' }: SignerRequest, path: string): unknown {
  // A page on any origin can post a form or plain text without a preflight, but not JSON.
  const type = headers['content-type'] ?? ''
  if (!/^application\/json\s*(?:;|$)/i.test(type)) {
    throw new UploadError('REQUEST_INVALID', 'content-type is not application/json')
  }
  const most = maxBodySize(path)
  // A UTF-16 code unit takes at most three bytes in UTF-8, so only long bodies need to be encoded
  // to determine their size.
  if (body.length * 3 > most && new TextEncoder().encode(body).length > most) {
    throw new UploadError('REQUEST_TOO_LARGE', `body is longer than ${most} bytes`)
  }
  if (body === '') {
    const before = 'or a body parser has read it before: pass the request unread, or a copy of it'
    throw new UploadError('REQUEST_INVALID', `body is empty, ${before}`)
  }
  return parseJson(body)
}

type Headers = Readonly<Record<string, string>>

/**
 * The response depends on the caller, whom `authorize` may identify by cookie or by the
 * `Authorization` header. Stale rules do no harm, because the signer checks every upload against
 * the current ones.
 */
const KEPT_BY_BROWSER = {
  'cache-control': 'private, max-age=300',
  vary: 'Origin, Cookie, Authorization',
}

/** The remaining quota changes with every upload, so a response that contains it is not cached. */
function rulesHeaders({ rules }: RulesResponse): Headers {
  return Object.values(rules).some(({ quota }) => quota) ? {} : KEPT_BY_BROWSER
}

export function retryAfter(details: ErrorDetails | undefined): Headers {
  const seconds = details?.retryAfterSeconds
  return seconds === undefined ? {} : { 'retry-after': String(seconds) }
}

function createHeaders({ uploads }: CreateResponse): Headers {
  for (const upload of uploads) {
    const headers = 'error' in upload ? retryAfter(upload.error.details) : {}
    if (headers['retry-after'] !== undefined) return headers
  }
  return {}
}
