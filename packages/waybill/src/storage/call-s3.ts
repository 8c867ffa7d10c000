/**
 * Calls S3 with `fetch`: signs each request, limits its time, and retries where S3 recommends it.
 * The AWS SDK does this too, but would make up almost all of a Lambda's bundle.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ErrorBestPractices.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { partitionOf } from 'waybill-s3/internal/bucket-url'
import { readErrorXml } from 'waybill-s3/internal/s3-error'
import { parseXml, textOf, type XmlElement } from 'waybill-s3/internal/xml'
import { isTooSkewed, secondsAhead } from './clock-skew.ts'
import { withRetries } from './retry.ts'
import type { S3CallContext } from './s3-call-context.ts'
import { ForeignResponse, NoResponse, StorageUnavailable } from './storage-unavailable.ts'
import { timeLeftMs, timeoutSignal } from './time-limit.ts'

export interface S3Call {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** Missing for requests to the bucket itself. */
  readonly key?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /**
   * Time limit of one attempt, in milliseconds.
   * @default - the context's `requestTimeoutMs`
   */
  readonly timeoutMs?: number
  /**
   * Whether the response body is an object rather than an XML document.
   * @default false
   */
  readonly bytes?: boolean
  /**
   * Decides whether a successful answer is S3's, by what S3's answer to this call must have. Captive
   * portals, proxies and gateways answer anything with status 200: with a page, or with nothing.
   * Any other answer is retried, so that it never counts as a result.
   */
  readonly isResponse: (response: S3Response) => boolean | Promise<boolean>
  /**
   * Called before each retry. From then on, an error may mean that an earlier attempt succeeded.
   */
  readonly onRetry?: () => void | Promise<void>
}

export interface S3Response {
  readonly status: number
  header(name: string): string | undefined
  /** Whether there is an `x-amz-*` header. S3 sends some with every answer; a few stores do not. */
  readonly isMarked: boolean
  /** Has no name if the body is not an XML document. */
  readonly document: XmlElement
  /** The object, if the call set `bytes`. */
  readonly bytes?: Uint8Array
}

/** The `isResponse` of calls whose answer is an XML document. A truncated one cannot be parsed. */
export function hasRoot(name: string): (response: S3Response) => boolean {
  return ({ document }) => document.name === name
}

/** The `isResponse` of deletions, which S3 answers with nothing. */
export function isDeletion(response: S3Response): boolean {
  return (response.status === 204 || response.isMarked) && isEmpty(response)
}

/** Whether the body is no XML document. S3 answers some calls with nothing. */
export function isEmpty({ document }: S3Response): boolean {
  return document.name === ''
}

/** Apart from status 429 and 5xx, these errors may go away on a retry. */
const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  'ConditionalRequestConflict',
  'ExpiredToken',
  'OperationAborted',
  'RequestTimeout',
  'RequestTimeTooSkewed',
  'SlowDown',
  // A byte of the body changed in transit.
  'XAmzContentSHA256Mismatch',
])

/**
 * Makes one call, with retries where S3 recommends them.
 *
 * @throws {S3Error} If S3 rejects the request, including a 200 response that contains `<Error>`.
 * @throws {StorageUnavailable} If S3 cannot be reached or keeps failing, or if the clocks differ
 *   too much.
 */
export async function callS3(context: S3CallContext, call: S3Call): Promise<S3Response> {
  const attempt = async (count: number) => {
    if (timeLeftMs(context) <= 0) throw outOfTime(call, count)
    return attemptOf(context, call)
  }
  return withRetries(context, attempt, {
    mayPass: (failure) => isTransient(failure) && !isOver(context, call, failure),
    exhausted: (failure, attempts) => unavailable(call, attempts, failure),
    onRetry: call.onRetry,
  })
}

/** Each operation's name, and the permission that it needs. */
const OPERATIONS: Readonly<Record<string, readonly [operation: string, permission: string]>> = {
  'HEAD key': ['HeadObject', 's3:GetObject'],
  'GET key': ['GetObject', 's3:GetObject'],
  'GET key tagging': ['GetObjectTagging', 's3:GetObjectTagging'],
  'GET key uploadId': ['ListParts', 's3:ListMultipartUploadParts'],
  'PUT key tagging': ['PutObjectTagging', 's3:PutObjectTagging'],
  'POST key uploads': ['CreateMultipartUpload', 's3:PutObject (and s3:PutObjectTagging for tags)'],
  'POST key uploadId': ['CompleteMultipartUpload', 's3:PutObject'],
  'DELETE key': ['DeleteObject', 's3:DeleteObject'],
  'DELETE key uploadId': ['AbortMultipartUpload', 's3:AbortMultipartUpload'],
  'GET bucket': ['ListObjectsV2', 's3:ListBucket'],
  'GET bucket uploads': ['ListMultipartUploads', 's3:ListBucketMultipartUploads'],
  'GET bucket versions': ['ListObjectVersions', 's3:ListBucketVersions'],
}

function nameOf(call: S3Call): string {
  return operationOf(call)[0]
}

function operationOf({ method, key, query = {} }: S3Call): readonly [name: string, needs?: string] {
  const kind = ['tagging', 'uploadId', 'uploads', 'versions'].find((name) => name in query)
  const on = key === undefined ? 'bucket' : 'key'
  return OPERATIONS[[method, on, kind].filter(Boolean).join(' ')] ?? [method]
}

/** Describes a call for error messages. */
function detailOfCall({ location, prefix = '' }: S3CallContext, call: S3Call) {
  const [Operation, permission] = operationOf(call)
  if (permission === undefined) return { Operation }
  const bucket = `arn:${partitionOf(location.region).name}:s3:::${location.bucket}`
  const isVersion = call.query?.versionId !== undefined
  const needed = isVersion ? permission.replace('Object', 'ObjectVersion') : permission
  const on = call.key === undefined ? bucket : `${bucket}/${prefix}*`
  const list = `, and s3:ListBucket on ${bucket} (without it, a missing object gets 403 too)`
  return { Operation, Permission: `${needed} on ${on}${call.method === 'HEAD' ? list : ''}` }
}

function outOfTime({ method }: S3Call, attempt: number): StorageUnavailable {
  const message = `no time is left for ${method}, try ${attempt}`
  return new StorageUnavailable('STORAGE_UNAVAILABLE', message)
}

function unavailable(call: S3Call, attempts: number, last: Error): StorageUnavailable {
  if (last instanceof S3Error && last.code === 'RequestTimeTooSkewed') {
    // Rounded to minutes, so that the value stays the same between attempts.
    const ahead = Math.round(Number(last.detail.SecondsAhead ?? 0) / 60)
    const by = ahead ? `${Math.abs(ahead)} min ${ahead > 0 ? 'slow' : 'fast'}` : ''
    const advice = by
      ? `the signer's clock is ${by}, so the storage rejects what it signs: set the clock of the server it runs on`
      : "storage and the signer disagree about the time: set the signer's clock"
    return new StorageUnavailable('CLOCK_SKEWED', advice, { cause: last })
  }
  const said = last instanceof S3Error ? ` with ${last.status} ${last.code}` : ''
  const tries = attempts === 1 ? '1 try' : `${attempts} tries`
  const why = last instanceof NoResponse ? `: ${last.finding}` : ''
  const who = last instanceof ForeignResponse ? `: ${last.message}` : why
  const message = `${nameOf(call)} failed${said} after ${tries}${who}`
  return new StorageUnavailable('STORAGE_UNAVAILABLE', message, { cause: last })
}

async function attemptOf(context: S3CallContext, call: S3Call): Promise<S3Response | Error> {
  const signedAt = context.now()
  const request = await signS3Call(context, call)
  const response = await exchange(context, call, { ...request, signedAt })
  if (response instanceof Error || (await call.isResponse(response))) return response
  return new ForeignResponse(request.url, response.status)
}

export async function signS3Call(
  { presigner, credentials, digest }: S3CallContext,
  { method, key, query = {}, headers = {}, body = '' }: Omit<S3Call, 'isResponse'>,
) {
  return presigner.signRequest({
    method,
    ...(key === undefined ? {} : { key }),
    query,
    headers,
    credentials: await credentials(),
    payloadHash: await digest.sha256Hex(body),
  })
}

interface Signed {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** What S3 compares with its clock. Ours may be set meanwhile. */
  readonly signedAt: Date
}

async function exchange(
  context: S3CallContext,
  call: S3Call,
  { url, headers, signedAt }: Signed,
): Promise<S3Response | Error> {
  const { method, body = '' } = call
  try {
    const response = await context.fetch(url, {
      method,
      headers,
      ...(body === '' ? {} : { body }),
      // A redirect leads to another host, where the signature is invalid.
      redirect: 'manual',
      signal: timeoutSignal(call.timeoutMs ?? context.requestTimeoutMs, timeLeftMs(context)),
    })
    if (response.ok || response.status === 404) {
      context.onSkew?.(secondsAhead(response, context.now()))
    }
    const bytes = call.bytes && response.ok && new Uint8Array(await response.arrayBuffer())
    const text = method === 'HEAD' || bytes ? '' : await response.text()
    return readResponse(context, call, { url, response, text, signedAt, bytes })
  } catch (error) {
    return new NoResponse(url, error)
  }
}

interface Received extends Pick<Signed, 'url' | 'signedAt'> {
  readonly response: Response
  readonly text: string
  readonly bytes: Uint8Array | false | undefined
}

function readResponse(
  context: S3CallContext,
  call: S3Call,
  { url, response, text, signedAt, bytes }: Received,
): S3Response | Error {
  const { status } = response
  const ahead = secondsAhead(response, signedAt)
  const document = readDocument(text)
  const answer = responseOf(response, document)
  if (!isAbout(context, call, answer)) return new ForeignResponse(url, status)
  const refusal = document ? readErrorXml(document, status) : undefined
  const region = otherRegion(response, refusal, context.location.region)
  const detail = (code: string) => ({
    ...detailOf(code, response, ahead),
    ...detailOfCall(context, call),
    ...(code === '' ? { Origin: new URL(url).origin } : {}),
    ...(region ? { Region: region } : {}),
  })
  if (refusal) return withDetail(refusal, response, detail(refusal.code))
  if (response.ok) return bytes ? { ...answer, bytes } : answer
  const isSkewed = status === 403 && isTooSkewed(ahead)
  // Such an answer means that the object or the upload is gone, replaced or forbidden.
  const isFinal = status < 500 && status !== 429 && text.trim() === ''
  if (isFinal && !answer.isMarked && !isSkewed) return new ForeignResponse(url, status)
  const code = isSkewed ? 'RequestTimeTooSkewed' : codeOf(status, text, region)
  const message = code === '' ? 'not an S3 error document' : undefined
  return new S3Error(code, message, detail(code), status)
}

/**
 * Whether whatever the answer repeats of the request is right. Otherwise it is S3's answer to
 * another call, which a proxy may mix up. The bucket is not compared, because access points return
 * the name of the bucket behind them.
 */
function isAbout(
  { location }: S3CallContext,
  { key = '', query = {} }: S3Call,
  { document, header }: S3Response,
): boolean {
  const { uploadId, versionId, prefix = '' } = query
  const answeredKey = textOf(document, 'Key')
  const repeated = [
    // Errors of GetObjectTagging have the bucket's name in front of the key.
    [key, answeredKey === `${location.bucket}/${key}` ? key : answeredKey],
    [uploadId, textOf(document, 'UploadId')],
    [prefix, textOf(document, 'Prefix')],
    [versionId, header('x-amz-version-id')],
  ]
  return repeated.every(
    ([asked, answered]) => asked === undefined || answered === undefined || asked === answered,
  )
}

/** HEAD responses name the region only in a header. */
function otherRegion(
  { headers }: Response,
  refusal: S3Error | undefined,
  ours: string,
): string | undefined {
  const region = refusal?.detail.Region ?? headers.get('x-amz-bucket-region') ?? ours
  return region !== ours && /^[a-z\d-]{1,32}$/.test(region) ? region : undefined
}

function codeOf(status: number, text: string, region: string | undefined): string {
  if (status === 400 && region) return 'AuthorizationHeaderMalformed'
  // Only another server sends a page or JSON with such a status.
  if (text.trim() !== '' && status >= 400 && status < 500 && status !== 429) return ''
  return CODES.get(status) ?? 'InternalError'
}

function responseOf(
  { status, headers }: Response,
  document: XmlElement = { name: '' },
): S3Response {
  return {
    status,
    document,
    header: (name) => headers.get(name) ?? undefined,
    // CloudFront, which serves anything, adds `x-amz-cf-*`.
    isMarked: [...headers.keys()].some((name) => /^x-amz-(?!cf-)/.test(name)),
  }
}

/**
 * HEAD responses have no body to read an error code from. The only 400 seen in practice is
 * `ExpiredToken`.
 */
const CODES: ReadonlyMap<number, string> = new Map([
  [301, 'PermanentRedirect'],
  [307, 'TemporaryRedirect'],
  [400, 'ExpiredToken'],
  [403, 'AccessDenied'],
  [404, 'NoSuchKey'],
  [412, 'PreconditionFailed'],
  [501, 'NotImplemented'],
  [503, 'SlowDown'],
])

function readDocument(text: string): XmlElement | undefined {
  try {
    return text === '' ? undefined : parseXml(text)
  } catch {
    return undefined
  }
}

/**
 * Drops the message of `SignatureDoesNotMatch`, because it quotes the request including its session
 * token.
 */
function withDetail(
  { code, message, status }: S3Error,
  { ok }: Response,
  detail: S3Error['detail'],
): S3Error {
  const shown = code === 'SignatureDoesNotMatch' ? undefined : message
  // If completing takes long, S3 sends status 200 early, and the body may still contain an error.
  return new S3Error(code, shown, detail, ok ? undefined : status)
}

/** The request id appears in S3's server access logs, and AWS Support asks for it. */
function detailOf(code: string, { headers }: Response, ahead: number) {
  const id = headers.get('x-amz-request-id')
  const isSkewed = code === 'RequestTimeTooSkewed' && ahead !== 0
  return {
    ...(id ? { RequestId: id } : {}),
    ...(isSkewed ? { SecondsAhead: `${ahead}` } : {}),
  }
}

/**
 * Whether the session of fixed credentials has expired. A HEAD response has no body that says so.
 */
function isOver({ isSessionFixed }: S3CallContext, { method }: S3Call, error: Error): boolean {
  return isSessionFixed === true && method !== 'HEAD' && isExpiry(error)
}

export function isExpiry(error: Error): error is S3Error {
  return error instanceof S3Error && /^(?:ExpiredToken|TokenRefreshRequired)$/.test(error.code)
}

function isTransient(error: Error): boolean {
  if (!(error instanceof S3Error)) return true
  return (
    error.status === 429 ||
    (error.status >= 500 && error.status !== 501) ||
    TRANSIENT_CODES.has(error.code)
  )
}
