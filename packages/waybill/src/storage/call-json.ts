/**
 * Calls AWS services that use the JSON protocol, such as Secrets Manager and DynamoDB. The SDK
 * clients for them would be larger than the rest of the Lambda functions' bundle.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
 * @module
 */

import type { Credentials } from 'waybill-s3'
import { serviceHost } from 'waybill-s3/internal/bucket-url'
import { platformDigest } from 'waybill-s3/internal/digest'
import { signHeaders } from 'waybill-s3/internal/sign-headers'
import { type TimeLimit, timeLeftMs } from './time-limit.ts'

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

export interface AwsJsonOptions extends TimeLimit {
  readonly region: string
  readonly credentials: Credentials
  /** @default - AWS's regional endpoint */
  readonly endpoint?: string | undefined
  /** @default - `fetch`, with a time limit of 3 s */
  readonly send?: SendRequest | undefined
  /** @default () => new Date() */
  readonly now?: (() => Date) | undefined
  /**
   * Maximum number of attempts. Use 1 for a call that must not run twice: if its response was lost,
   * the call may have taken effect.
   * @default 3
   */
  readonly maxAttempts?: number
}

const ATTEMPTS = 3
const TIMEOUT_MS = 3_000

/**
 * Makes one call and returns the parsed response body.
 *
 * @throws {AwsCallFailed} If the service rejects the call or all attempts fail.
 */
export async function callAwsJson(call: AwsJsonCall, options: AwsJsonOptions): Promise<unknown> {
  const { send = fetchSender(), maxAttempts = ATTEMPTS } = options
  for (let attempt = 1; ; attempt += 1) {
    const request = await signCall(call, options)
    const timeoutMs = timeLeftMs(options)
    const limit = timeoutMs === Number.POSITIVE_INFINITY ? {} : { timeoutMs }
    const answer = await send({ ...request, ...limit }).catch((cause: unknown) => ({
      status: 0,
      body: '',
      cause,
    }))
    const body = answer.body === '' && call.mayBeEmpty ? {} : jsonOrNothing(answer.body)
    if (answer.status === 200 && isObject(body)) return body
    const failure = readFailure(answer)
    if (call.expectedErrors?.includes(failure.code)) return body
    // Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    const delayMs = Math.random() * 50 * 2 ** attempt
    if (attempt >= maxAttempts || !failure.retryable || delayMs >= timeLeftMs(options)) {
      const cause = 'cause' in answer ? answer.cause : { status: answer.status, ...failure }
      throw new AwsCallFailed(call.target, failure.code, failure.message, { cause })
    }
    await new Promise((resolve) => setTimeout(resolve, delayMs))
  }
}

async function signCall(
  { service, target, body: value, version = '1.1' }: AwsJsonCall,
  { region, credentials, endpoint, now }: AwsJsonOptions,
): Promise<Parameters<SendRequest>[0]> {
  const url = new URL('/', endpoint ?? `https://${serviceHost(service, region)}`)
  const body = JSON.stringify(value)
  const headers = await signHeaders({
    method: 'POST',
    path: '/',
    query: '',
    headers: {
      'content-type': `application/x-amz-json-${version}`,
      host: url.host,
      'x-amz-target': target,
    },
    payloadHash: await platformDigest().sha256Hex(body),
    service,
    region,
    credentials,
    ...(now ? { now } : {}),
  })
  return { url: url.href, headers, body }
}

interface Failure {
  readonly code: string
  readonly message: string
  readonly retryable: boolean
}

const THROTTLED =
  /Throttl|Throughput|TooManyRequests|RequestLimitExceeded|InternalServ|InternalFailure/

function readFailure({
  status,
  body,
}: {
  readonly status: number
  readonly body: string
}): Failure {
  if (status === 0) return { code: 'Unreachable', message: 'no response', retryable: true }
  if (status === 200) {
    const message = "the response is not the service's, perhaps a proxy's"
    return { code: 'HTTP 200', message, retryable: true }
  }
  const answer = jsonOrNothing(body)
  const type = stringMember(answer, '__type') ?? `HTTP ${status}`
  // Some services add a prefix: `com.amazonaws.secretsmanager#ResourceNotFoundException`.
  const code = type.slice(type.indexOf('#') + 1)
  return {
    code,
    message: stringMember(answer, 'message') ?? stringMember(answer, 'Message') ?? 'no message',
    retryable: status >= 500 || status === 429 || THROTTLED.test(code),
  }
}

function jsonOrNothing(text: string): unknown {
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
  if (typeof value !== 'object' || value === null) return undefined
  const property = (value as Readonly<Record<string, unknown>>)[name]
  return typeof property === 'string' ? property : undefined
}

function fetchSender(fetchImpl: typeof fetch = fetch): SendRequest {
  return async ({ url, headers, body, timeoutMs = TIMEOUT_MS }) => {
    const response = await fetchImpl(url, {
      method: 'POST',
      headers,
      body,
      // A redirect leads to another host, which must not receive the session token.
      redirect: 'manual',
      signal: AbortSignal.timeout(Math.max(1, Math.floor(Math.min(TIMEOUT_MS, timeoutMs)))),
    })
    return { status: response.status, body: await response.text() }
  }
}

export class AwsCallFailed extends Error {
  override readonly name = 'AwsCallFailed'
  /**
   * The service's error code, such as `AccessDeniedException`; `Unreachable` if there was no
   * response.
   */
  readonly code: string

  constructor(call: string, code: string, message: string, options?: ErrorOptions) {
    super(`${call} failed: ${code}: ${message}`, options)
    this.code = code
  }
}
