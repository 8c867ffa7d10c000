/**
 * Calls AWS services other than S3: signs each request and retries it if it may succeed later. The
 * SDK clients for them would be larger than the rest of the Lambda functions' bundle.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html – Secrets Manager
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html – DynamoDB, SQS
 * @see https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html – Lambda, GuardDuty
 * @module
 */

import type { Credentials } from 'waybill-s3'
import { serviceHost } from 'waybill-s3/internal/bucket-url'
import { platformDigest } from 'waybill-s3/internal/digest'
import { signHeaders } from 'waybill-s3/internal/sign-headers'
import { type RetrySteps, withRetries } from './retry.ts'
import { serverEffects } from './server-effects.ts'
import { type TimeLimit, timeLeftMs, timeoutSignal } from './time-limit.ts'

/**
 * Sends one POST request. Lambda functions use `node:https`, because `fetch` would slow their cold
 * start.
 */
export type SendRequest = (request: {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly timeoutMs?: number
}) => Promise<{ readonly status: number; readonly body: string }>

export interface AwsJsonCall {
  /** The service's name in the credential scope and host name, such as `secretsmanager`. */
  readonly service: string
  /** `X-Amz-Target`, such as `secretsmanager.GetSecretValue`. */
  readonly target: string
  readonly body: unknown
  /**
   * Whether the response may have no body, as some of SQS's have.
   * @default false
   */
  readonly mayBeEmpty?: boolean
  /**
   * Protocol version. DynamoDB and SQS use 1.0.
   * @default '1.1'
   */
  readonly version?: '1.0' | '1.1'
  /**
   * Error codes to treat as results. The call then returns the parsed body, whose `__type` contains
   * the code.
   * @default - none
   */
  readonly expectedErrors?: readonly string[]
}

/** Where a call goes, and who makes it. */
export interface AwsAccount {
  readonly region: string
  readonly credentials: Credentials
  /** The service's origin. @default - AWS's regional endpoint */
  readonly endpoint?: string | undefined
  /** @default () => new Date() */
  readonly now?: (() => Date) | undefined
  /** @default the platform's */
  readonly fetch?: typeof globalThis.fetch
}

export interface AwsJsonOptions extends AwsAccount, TimeLimit {
  /** @default - `fetch`, with a time limit of 3 s */
  readonly send?: SendRequest | undefined
  /**
   * Maximum number of attempts. Use 1 for a call that must not run twice: if its response was lost,
   * the call may have taken effect.
   * @default 3
   */
  readonly maxAttempts?: number
}

const TIMEOUT_MS = 3_000

/**
 * Makes one call and returns the parsed response body.
 *
 * @throws {AwsCallFailed} If the service rejects the call or all attempts fail.
 */
export async function callAwsJson(
  { service, target, body: value, version = '1.1', mayBeEmpty, expectedErrors }: AwsJsonCall,
  options: AwsJsonOptions,
): Promise<unknown> {
  const { send = sendWith(options.fetch) } = options
  const headers = { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target }
  const call = { service, method: 'POST', headers, body: JSON.stringify(value) } as const
  const attempt = async () => {
    const { url, headers, body } = await signCall(call, options)
    const timeoutMs = timeLeftMs(options)
    const limit = timeoutMs === Number.POSITIVE_INFINITY ? {} : { timeoutMs }
    const response = await send({ url, headers, body, ...limit }).catch((cause: unknown) => ({
      ...NO_RESPONSE,
      cause,
    }))
    const result = response.body === '' && mayBeEmpty ? {} : jsonIn(response.body)
    if (response.status === 200 && isObject(result)) return result
    const failure = failureIn(target, response)
    return expectedErrors?.includes(failure.code) ? result : failure
  }
  return withRetries({ ...serverEffects(), maxAttempts: 3, ...options }, attempt, UNLESS_FINAL)
}

export interface AwsRestCall extends AwsCall {
  /** For error messages, for example `lambda.Invoke`. */
  readonly name: string
}

export interface AwsRestOptions extends Omit<AwsAccount, 'credentials'> {
  /** Called before each attempt. */
  readonly credentials: () => Promise<Credentials>
  /** Waits before a retry. @default setTimeout */
  readonly wait?: (delayMs: number) => Promise<void>
}

/** Six attempts over several seconds, because AWS may throttle a program that makes many calls. */
const PATIENT = { maxAttempts: 6, firstDelayMs: 400, longestDelayMs: 6_400 } as const

/** @throws {AwsCallFailed} If the service rejects the call or cannot be reached. */
export async function callAwsRest(
  { name, ...call }: AwsRestCall,
  { wait, ...options }: AwsRestOptions,
): Promise<AwsResponse> {
  const headers = { 'content-type': 'application/json' }
  const attempt = async (): Promise<AwsResponse | AwsCallFailed> => {
    const credentials = await options.credentials()
    const response = await callAwsOnce({ ...options, credentials }, { headers, ...call })
    return response.status >= 200 && response.status < 300 ? response : failureIn(name, response)
  }
  return withRetries<AwsResponse>(
    { ...serverEffects(wait && { wait }), ...PATIENT },
    attempt,
    UNLESS_FINAL,
  )
}

export interface AwsCall {
  readonly service: string
  /** @default 'GET' */
  readonly method?: 'GET' | 'POST'
  /**
   * Begins with a slash. Contains only letters, digits and `/._-`, which need no encoding.
   * @default '/'
   */
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** @default 20 s */
  readonly timeoutMs?: number
}

export interface AwsResponse {
  /** 0 if there was no response. */
  readonly status: number
  readonly body: string
  header(name: string): string | undefined
}

const NO_RESPONSE: AwsResponse = { status: 0, body: '', header: () => undefined }

/** Sends one signed request, without retries, and returns any response. */
export async function callAwsOnce(
  account: AwsAccount,
  { timeoutMs = 20_000, ...call }: AwsCall,
): Promise<AwsResponse> {
  const request = await signCall(call, account)
  // The error is dropped, because runtimes include URLs in it.
  return sendWith(account.fetch, timeoutMs)(request).catch(() => NO_RESPONSE)
}

async function signCall(
  { service, method = 'GET', path = '/', headers = {}, body = '' }: AwsCall,
  { region, credentials, endpoint, now }: AwsAccount,
) {
  const url = new URL(path, endpoint ?? `https://${serviceHost(service, region)}`)
  const signed = await signHeaders({
    method,
    path,
    query: '',
    headers: { ...headers, host: url.host },
    payloadHash: await platformDigest().sha256Hex(body),
    service,
    region,
    credentials,
    ...(now ? { now } : {}),
  })
  return { url: url.href, method, headers: signed, body }
}

const UNLESS_FINAL: RetrySteps = {
  mayPass: (failure) => failure instanceof AwsCallFailed && failure.isTransient,
}

const THROTTLED =
  /Throttl|Throughput|TooManyRequests|RequestLimitExceeded|InternalServ|InternalFailure/

interface Received {
  readonly status: number
  readonly body: string
  header?(name: string): string | undefined
  /** Why there was no response. */
  readonly cause?: unknown
}

function failureIn(call: string, { status, body, header, cause }: Received): AwsCallFailed {
  const fail = (code: string, message: string, isTransient = true) =>
    new AwsCallFailed(call, code, message, isTransient, {
      cause: cause ?? { status, code, message },
    })
  if (status === 0) return fail('Unreachable', 'no response')
  if (status === 200)
    return fail('HTTP 200', "the response is not the service's, perhaps a proxy's")
  const answer = jsonIn(body)
  const type = header?.('x-amzn-errortype') ?? stringMember(answer, '__type') ?? `HTTP ${status}`
  // `com.amazonaws.secretsmanager#ResourceNotFoundException:http://internal.amazon.com/…`
  const code = type.replace(/:.*|.*#/g, '')
  const message = stringMember(answer, 'message') ?? stringMember(answer, 'Message')
  const isTransient = status >= 500 || status === 429 || THROTTLED.test(code)
  return fail(code, message ?? 'no message', isTransient)
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function stringMember(value: unknown, name: string): string | undefined {
  const property: unknown = Object(value)[name]
  return typeof property === 'string' ? property : undefined
}

function sendWith(fetchImpl: typeof fetch = fetch, longestMs = TIMEOUT_MS) {
  return async (request: Parameters<SendRequest>[0] & { readonly method?: string }) => {
    const { url, method = 'POST', headers, body, timeoutMs = longestMs } = request
    const response = await fetchImpl(url, {
      method,
      headers,
      ...(body === '' ? {} : { body }),
      // A redirect leads to another host, which must not receive the session token.
      redirect: 'manual',
      signal: timeoutSignal(longestMs, timeoutMs),
    })
    const header = (name: string) => response.headers.get(name) ?? undefined
    return { status: response.status, header, body: await response.text() }
  }
}

export class AwsCallFailed extends Error {
  override readonly name = 'AwsCallFailed'
  /**
   * The service's error code, such as `AccessDeniedException`; `Unreachable` if there was no
   * response.
   */
  readonly code: string
  /** Whether a retry may succeed. */
  readonly isTransient: boolean

  constructor(
    call: string,
    code: string,
    message: string,
    isTransient: boolean,
    options: ErrorOptions,
  ) {
    super(`${call} failed: ${code}: ${message}`, options)
    this.code = code
    this.isTransient = isTransient
  }
}

/**
 * Returns the region in an ARN; `undefined` for a plain name or an ARN without a region.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
export function regionOfArn(text: string): string | undefined {
  return /^arn:[a-z0-9-]+:[a-z0-9-]+:([a-z0-9-]+):/.exec(text)?.[1]
}
