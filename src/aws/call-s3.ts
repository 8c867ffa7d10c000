/**
 * One call to S3 over `fetch`, signed, with a time limit, sent again as S3 asks for it.
 *
 * The AWS SDK does this too, and would be 99 % of a Lambda's bundle.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ErrorBestPractices.html
 * @module
 */

import { readErrorXml, S3Error } from '../s3/s3-error.ts'
import { parseXml, type XmlElement } from '../s3/xml.ts'
import type { S3CallContext } from './s3-call-context.ts'
import { StorageUnavailable } from './storage-unavailable.ts'
import { timeLeftMs } from './time-limit.ts'

export interface S3Call {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** Left out for a request about the bucket itself. */
  readonly key?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Of one try. @default the context's `requestTimeoutMs` */
  readonly timeoutMs?: number
  /** Whether the answer is an object's bytes and not a document. @default false */
  readonly bytes?: boolean
  /** Called before it is sent again: from then on, a refusal may mean that an earlier try was done. */
  readonly onRetry?: () => void | Promise<void>
}

export interface S3Answer {
  /** By lower-case name. */
  header(name: string): string | undefined
  /** Root of the document, when S3 sent one. */
  readonly document?: XmlElement
  /** Of the object, when they were asked for. */
  readonly bytes?: Uint8Array
}

const RETRY = { firstDelayMs: 100, longestDelayMs: 3_000 } as const

/** Codes of other statuses than 429 and 5xx that another try, signed anew, may not meet again. */
const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  'ConditionalRequestConflict',
  'ExpiredToken',
  'OperationAborted',
  'RequestTimeout',
  'RequestTimeTooSkewed',
  'SlowDown',
])

/**
 * Sends one call, and sends it again where S3 asks for that.
 *
 * @throws {S3Error} What S3 answered, when it refuses; also when a 200 carries `<Error>`.
 * @throws {StorageUnavailable} When it cannot be reached or stays out of order, or the clocks differ.
 */
export async function callS3(context: S3CallContext, call: S3Call): Promise<S3Answer> {
  for (let attempt = 1; ; attempt += 1) {
    if (timeLeftMs(context) <= 0) throw outOfTime(call, attempt)
    const outcome = await attemptOf(context, call)
    if (!(outcome instanceof Error)) return outcome
    if (!isTransient(outcome)) throw outcome
    const delayMs = retryDelayMs(context, attempt)
    if (attempt >= context.maxAttempts || delayMs >= timeLeftMs(context)) {
      throw unavailable(call, attempt, outcome)
    }
    await context.wait(delayMs)
    await call.onRetry?.()
  }
}

function outOfTime({ method }: S3Call, attempt: number): StorageUnavailable {
  const message = `no time is left for ${method}, try ${attempt}`
  return new StorageUnavailable('STORAGE_UNAVAILABLE', message)
}

function unavailable({ method }: S3Call, attempts: number, last: Error): StorageUnavailable {
  if (last instanceof S3Error && last.code === 'RequestTimeTooSkewed') {
    const advice = "storage and the signer disagree about the time: set the signer's clock"
    return new StorageUnavailable('CLOCK_SKEWED', advice, { cause: last })
  }
  const said = last instanceof S3Error ? `answered ${last.status} ${last.code}` : 'gave no answer'
  const message = `storage ${said} to ${method}, ${attempts} times tried`
  return new StorageUnavailable('STORAGE_UNAVAILABLE', message, { cause: last })
}

/** Exponential with full jitter: signers that failed together do not come back together. */
function retryDelayMs(
  { randomBytes }: Pick<S3CallContext, 'randomBytes'>,
  attempt: number,
): number {
  const ceiling = Math.min(RETRY.longestDelayMs, RETRY.firstDelayMs * 2 ** (attempt - 1))
  const [high = 0, low = 0] = randomBytes(2)
  return Math.floor((ceiling * (high * 256 + low)) / 65_536)
}

/** @returns The answer, S3's refusal, or what `fetch` failed with. */
async function attemptOf(context: S3CallContext, call: S3Call): Promise<S3Answer | Error> {
  const { method, body = '' } = call
  const { url, headers } = await context.presigner.signRequest({
    method,
    ...(call.key === undefined ? {} : { key: call.key }),
    query: call.query ?? {},
    headers: call.headers ?? {},
    credentials: await context.credentials(),
    payloadHash: await context.digest.sha256Hex(body),
  })
  try {
    const response = await context.fetch(url, {
      method,
      headers: { ...headers },
      ...(body === '' ? {} : { body }),
      // A redirect names another host, which the signature does not cover.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs(context, call)),
    })
    if (call.bytes && response.ok) return await readBytes(response)
    return readAnswer(response, method === 'HEAD' ? '' : await response.text())
  } catch (error) {
    return new NoAnswer(error)
  }
}

/** Of one try: what is left may be less than a try usually gets. */
function timeoutMs(context: S3CallContext, call: S3Call): number {
  const usual = call.timeoutMs ?? context.requestTimeoutMs
  return Math.max(1, Math.floor(Math.min(usual, timeLeftMs(context))))
}

/** `fetch` got no answer, or half of one. Its message stays inside: runtimes put URLs into it. */
class NoAnswer extends Error {
  override readonly name = 'NoAnswer'

  constructor(cause: unknown) {
    super('no answer from storage', { cause })
  }
}

function readAnswer(response: Response, text: string): S3Answer | Error {
  const { status } = response
  const document = readDocument(text)
  const refusal = document ? readErrorXml(document, status) : undefined
  if (refusal) return withoutDetail(refusal, response)
  if (!response.ok) return new S3Error(CODES.get(status) ?? 'InternalError', undefined, {}, status)
  return {
    header: (name) => response.headers.get(name) ?? undefined,
    ...(document ? { document } : {}),
  }
}

async function readBytes(response: Response): Promise<S3Answer> {
  return {
    header: (name) => response.headers.get(name) ?? undefined,
    bytes: new Uint8Array(await response.arrayBuffer()),
  }
}

/** HEAD errors have no body; the only 400 seen in practice is ExpiredToken. */
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
  if (text.trim() === '') return undefined
  try {
    return parseXml(text)
  } catch {
    return undefined
  }
}

/** A refused signature quotes the request with its session token: only code and status are kept. */
function withoutDetail({ code, message, status }: S3Error, { headers, ok }: Response): S3Error {
  const requestId = headers.get('x-amz-request-id')
  const shown = code === 'SignatureDoesNotMatch' ? undefined : message
  // S3 completes slowly: it answers 200 at once and may write an error after it, of another status.
  return new S3Error(
    code,
    shown,
    requestId ? { RequestId: requestId } : {},
    ok ? undefined : status,
  )
}

function isTransient(error: Error): boolean {
  if (!(error instanceof S3Error)) return true
  return (
    error.status === 429 ||
    (error.status >= 500 && error.status !== 501) ||
    TRANSIENT_CODES.has(error.code)
  )
}
