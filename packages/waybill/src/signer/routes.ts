/**
 * The calls of the wire protocol, by path and method.
 *
 * @module
 */

import { parseJson, show } from '../protocol/json-value.ts'
import { maxBodySize, type SignerRequest } from '../protocol/signer-request.ts'
import { UploadError } from '../protocol/upload-error.ts'
import { createHeaders, rulesHeaders } from './answer-headers.ts'
import type { CallContext } from './context/call-context.ts'
import { completeUploads } from './complete/complete-uploads.ts'
import { createUploads } from './grant/create-uploads.ts'
import { abort, listUpload, signWindow } from './grant/part-calls.ts'
import { signForm } from './grant/sign-form.ts'
import { answerRules } from './rules/describe-rules.ts'
import { loadWayBack } from './stored-objects/stored-objects.ts'

type Call<Value> = (context: CallContext, request: SignerRequest, body: unknown) => Promise<Value>

type Route = Call<Answer>

/** By path below the base URL, then method. */
const ROUTES: ReadonlyMap<string, ReadonlyMap<string, Route>> = new Map([
  [
    '',
    new Map([
      ['GET', answered(signForm)],
      ['POST', answered(createUploads, 201, createHeaders)],
    ]),
  ],
  ['/rules', new Map([['GET', answered(answerRules, 200, rulesHeaders)]])],
  ['/parts', posted(signWindow)],
  ['/list', posted(listUpload)],
  ['/complete', posted(completeUploads)],
  ['/abort', posted(abort, 204)],
  ['/link', posted(async (...call) => (await loadWayBack()).answerLink(...call))],
  ['/remove', posted(async (...call) => (await loadWayBack()).answerRemove(...call))],
  ['/verdict', posted(async (...call) => (await loadWayBack()).answerVerdict(...call))],
])

function posted(call: Call<object | undefined>, status = 200): ReadonlyMap<string, Route> {
  return new Map([['POST', answered(call, status)]])
}

/** @param headersOf - Makes the headers in place of those that every answer has. */
function answered<Value extends object | undefined>(
  call: Call<Value>,
  status = 200,
  headersOf: (value: Value) => Answer['headers'] = () => undefined,
): Route {
  return async (...asked) => {
    const value = await call(...asked)
    return { status, value, headers: headersOf(value) }
  }
}

/** The result of a call: what the response is made of. */
export interface Answer {
  readonly status: number
  /** `undefined` with status 204. */
  readonly value: object | undefined
  /** In place of those that every answer has. */
  readonly headers: Readonly<Record<string, string>> | undefined
}

/**
 * Finds the call by path and method, and makes it.
 *
 * @throws {UploadError} `NOT_FOUND`, `METHOD_NOT_ALLOWED`, or what the call fails with.
 */
export async function callRoute(context: CallContext, request: SignerRequest): Promise<Answer> {
  const { method } = request
  const path = request.path === '/' ? '' : request.path
  const methods = ROUTES.get(path)
  if (!methods) throw notFound(path)
  const route = methods.get(method)
  if (!route) {
    const allowed = [...methods.keys()].join(', ')
    throw new UploadError(
      'METHOD_NOT_ALLOWED',
      `method is ${method.slice(0, 16)}, allowed are ${allowed}`,
    )
  }
  if (request.bodyTimedOut) {
    throw new UploadError('REQUEST_TIMEOUT', 'the body did not arrive in time')
  }
  const body = method === 'POST' ? readBody(request, path) : undefined
  // Without a secret the whole call is refused, and not each of its files.
  await context.seal()
  return route(context, request, body)
}

/** Says the same of all calls that go to one wrong endpoint. */
function notFound(path: string): UploadError {
  // A path outside of the base begins with two slashes: see `signerPath`.
  const whole = path.replace('//', '/')
  const call = [...ROUTES.keys()].find((each) => each !== '' && whole.endsWith(each)) ?? ''
  const received = show(whole.slice(0, whole.length - call.length) || whole)
  return new UploadError(
    'NOT_FOUND',
    path === whole
      ? `${received} is not a path of the signer: remove it from the end of the page's endpoint, or, if the signer is really mounted there, set its basePath to the endpoint's whole path`
      : `${received} is not below the signer's basePath: the page's endpoint must end in basePath, so correct one of the two`,
  )
}

function readBody({ headers, body = '' }: SignerRequest, path: string): unknown {
  // Any page may post a form or plain text without a preflight, but not JSON.
  const type = headers['content-type'] ?? ''
  if (!/^application\/json\s*(?:;|$)/i.test(type)) {
    throw new UploadError('REQUEST_INVALID', 'content-type is not application/json')
  }
  const most = maxBodySize(path)
  // Servers stop reading at the limit, so the real length is not known here.
  // A character is at most three bytes.
  if (body.length * 3 > most && new TextEncoder().encode(body).length > most) {
    throw new UploadError('REQUEST_TOO_LARGE', `body is longer than ${most} bytes`)
  }
  if (body === '') {
    const before = 'or a body parser has read it before: pass the request unread, or a copy of it'
    throw new UploadError('REQUEST_INVALID', `body is empty, ${before}`)
  }
  return parseJson(body)
}
