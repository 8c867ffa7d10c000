/**
 * Converts the HTTP events that Lambda receives to signer requests. Function URLs and HTTP APIs
 * send payload format 2.0, API Gateway REST APIs send format 1.0, and Application Load Balancers
 * send their own format.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 * @see
 *   https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 *
 * @module
 */

import type { SignerRequest, SignerResponse, VerifiedCaller } from 'waybill'
import { isRecord, type JsonRecord } from 'waybill/internal/protocol'
import { tokenCaller } from 'waybill/internal/settings'
import { isReservedHeader } from 'waybill/internal/signer'

/** Where a request came from. This determines the format of the event and of the response. */
export type Front = 'payload-2' | 'payload-1' | 'alb' | 'alb-multi-value'

interface HttpEvent {
  readonly front: Front
  /** The request's `path` still includes the signer's base path. */
  readonly request: SignerRequest
}

/** @throws {TypeError} If the event is not an HTTP request in one of these formats. */
export function readHttpEvent(event: unknown): HttpEvent {
  const fields = fieldsOf(event)
  if (fields.version === '2.0') return readPayload2(fields)
  if (typeof fields.httpMethod === 'string') return readPayload1(fields, fields.httpMethod)
  throw new TypeError(
    'event is not an HTTP request: expected a Function URL, HTTP API or load balancer event',
  )
}

/**
 * Restores the viewer's `Authorization` header.
 *
 * CloudFront uses `Authorization` to sign its requests to a Function URL, so the viewer's value
 * arrives in another header. IAM then verifies CloudFront as the caller, so this also removes the
 * caller.
 *
 * @param name - The other header's name in lower case, or `undefined` if no front signs requests.
 */
export function withViewersAuthorization(event: HttpEvent, name: string | undefined): HttpEvent {
  if (!name) return event
  const { caller: _front, ...request } = event.request
  const { [name]: viewers, authorization: _signature, ...headers } = request.headers
  const own = viewers === undefined ? {} : { authorization: viewers }
  return { ...event, request: { ...request, headers: { ...headers, ...own } } }
}

function readPayload2(event: JsonRecord): HttpEvent {
  const context = fieldsOf(event.requestContext)
  const headers = readHeaders(event.headers)
  const cookies = Array.isArray(event.cookies) ? event.cookies.map(String).join('; ') : ''
  if (cookies) headers.cookie = cookies
  return {
    front: 'payload-2',
    request: {
      method: textOr(fieldsOf(context.http).method, 'GET'),
      path: pathWithoutStage(textOr(event.rawPath, '/'), context.stage),
      query: Object.fromEntries(new URLSearchParams(textOr(event.rawQueryString, ''))),
      headers,
      ...bodyOf(event),
      ...callerOf(context),
    },
  }
}

function readPayload1(event: JsonRecord, method: string): HttpEvent {
  const context = fieldsOf(event.requestContext)
  const alb = 'elb' in context
  const multiValue = fieldsOf(event.multiValueHeaders)
  const headers = { ...readHeaders(multiValue), ...readHeaders(event.headers) }
  const query: Record<string, string> = {}
  const values = {
    ...fieldsOf(event.multiValueQueryStringParameters),
    ...fieldsOf(event.queryStringParameters),
  }
  for (const [name, value] of Object.entries(values)) {
    const last = String(Array.isArray(value) ? value.at(-1) : value)
    // API Gateway decodes the query; a load balancer does not.
    query[alb ? decodeQuery(name) : name] = alb ? decodeQuery(last) : last
  }
  const front = alb ? (event.headers ? 'alb' : 'alb-multi-value') : 'payload-1'
  const path = pathWithoutStage(textOr(event.path, '/'), alb ? undefined : context.stage)
  const caller = alb ? {} : callerOf(context)
  return { front, request: { method, path, query, headers, ...bodyOf(event), ...caller } }
}

function readHeaders(headers: unknown): Record<string, string> {
  const read: Record<string, string> = {}
  for (const [name, value] of Object.entries(fieldsOf(headers))) {
    const lower = name.toLowerCase()
    if (!isReservedHeader(lower)) {
      read[lower] = Array.isArray(value) ? value.join(',') : String(value)
    }
  }
  return read
}

/** Returns the caller that the front verified: an IAM principal, or the subject of a token. */
function callerOf(context: JsonRecord): { readonly caller?: VerifiedCaller } {
  const authorizer = fieldsOf(context.authorizer)
  const iam = fieldsOf(authorizer.iam)
  // All identities in a Cognito identity pool share a role and a session name, and therefore an
  // ARN, so the identity id takes precedence.
  const { identityId } = fieldsOf(iam.cognitoIdentity)
  const owner = [identityId, iam.userArn, iam.userId].find(isName)
  if (owner !== undefined) return { caller: { owner } }
  const claims = fieldsOf(fieldsOf(authorizer.jwt).claims)
  const bearer = tokenCaller(claims)
  return bearer ? { caller: bearer } : {}
}

/**
 * Removes the stage, such as `prod` in `/prod/parts`. The `$default` stage does not appear in
 * paths.
 */
function pathWithoutStage(path: string, stage: unknown): string {
  const prefix = `/${stage}`
  if (typeof stage !== 'string' || !`${path}/`.startsWith(`${prefix}/`)) return path
  return path.slice(prefix.length) || '/'
}

function bodyOf(event: JsonRecord): { readonly body?: string } {
  const { body } = event
  if (typeof body !== 'string') return {}
  if (event.isBase64Encoded !== true) return { body }
  return { body: Buffer.from(body, 'base64').toString('utf8') }
}

function decodeQuery(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function fieldsOf(value: unknown): JsonRecord {
  return isRecord(value) ? value : {}
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise
}

/** A response in the format of Function URLs, HTTP APIs and load balancers. */
export interface LambdaHttpResponse {
  readonly statusCode: number
  readonly headers?: Readonly<Record<string, string>>
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>
  readonly body: string
  readonly isBase64Encoded: false
}

/**
 * Converts a response to the format of its front.
 *
 * @param corsBy - With `url`, a Function URL or HTTP API sets the CORS headers. The handler must not
 *   set them too, because browsers reject duplicates.
 */
export function toLambdaResponse(
  front: Front,
  response: SignerResponse,
  corsBy: 'handler' | 'url',
): LambdaHttpResponse {
  const { status: statusCode, body } = response
  const headers = corsBy === 'url' ? withoutCors(response.headers) : response.headers
  if (front !== 'alb-multi-value') return { statusCode, headers, body, isBase64Encoded: false }
  const multiValueHeaders: Record<string, readonly string[]> = {}
  for (const [name, value] of Object.entries(headers)) multiValueHeaders[name] = [value]
  return { statusCode, multiValueHeaders, body, isBase64Encoded: false }
}

function withoutCors(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => {
    const lower = name.toLowerCase()
    return !lower.startsWith('access-control-') && lower !== 'vary'
  })
  return Object.fromEntries(kept)
}
