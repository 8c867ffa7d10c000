/**
 * Calls an AWS service with the JSON protocol (EventBridge, Secrets Manager, DynamoDB, SQS).
 *
 * The Lambda functions need three such calls. The clients of the SDK would be larger than the rest
 * of the bundle.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
 * @module
 */

import type { Credentials } from 'waybill-s3'
import { platformDigest } from 'waybill-s3/internal/digest'
import { serviceHost } from 'waybill-s3/internal/partition'
import { signHeaders } from 'waybill-s3/internal/sign-headers'
import { AwsCallFailed } from './aws-call-failed.ts'
import { type TimeLimit, timeLeftMs } from './time-limit.ts'

/** Sends one POST. Lambda uses `node:https`: `fetch` would make its cold start 40 ms slower. */
export type SendRequest = (request: {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** How long to wait for the response. @default chosen by the implementation */
  readonly timeoutMs?: number
}) => Promise<{ readonly status: number; readonly body: string }>

/** One operation of a service. */
export interface AwsJsonCall {
  /** The name in the credential scope and in the host, for example `secretsmanager`. */
  readonly service: string
  /** `X-Amz-Target`, for example `secretsmanager.GetSecretValue`. */
  readonly target: string
  readonly body: unknown
  /**
   * Version of the protocol. DynamoDB and SQS use 1.0.
   * @default '1.1'
   */
  readonly version?: '1.0' | '1.1'
  /**
   * Error codes that count as a result: the parsed body is returned, and its `__type` names the
   * code.
   * @default - none
   */
  readonly expectedErrors?: readonly string[]
}

/** Where a call goes, and its credentials. */
export interface AwsJsonOptions extends TimeLimit {
  readonly region: string
  readonly credentials: Credentials
  /** Origin of the service. @default AWS's regional endpoint */
  readonly endpoint?: string | undefined
  /** How the request is sent. @default by `fetch`, with 3 s for the response */
  readonly send?: SendRequest | undefined
  /** @default () => new Date() */
  readonly now?: (() => Date) | undefined
  /**
   * How often the call is tried. Use 1 for a call that must not be made twice: one without a
   * response may have been carried out.
   * @default 3
   */
  readonly maxAttempts?: number
}

/** How often a call is tried by default. */
const ATTEMPTS = 3
/** Time limit of one try. */
const TIMEOUT_MS = 3_000

/**
 * Makes one call. It is tried up to three times, unless `maxAttempts` says otherwise.
 *
 * @returns The parsed body of the response.
 * @throws {AwsCallFailed} When the service refuses, or cannot be reached in all attempts. The
 *   message holds the target and the error code of the service; `cause` holds the rest.
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
    if (answer.status === 200) return parseJson(answer.body)
    const failure = readFailure(answer)
    if (call.expectedErrors?.includes(failure.code)) return parseJson(answer.body)
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
  if (status === 0) return { code: 'Unreachable', message: 'no answer', retryable: true }
  const answer = parseJson(body)
  const type = textOf(answer, '__type') ?? `HTTP ${status}`
  // Some services prefix the code: `com.amazonaws.secretsmanager#ResourceNotFoundException`.
  const code = type.slice(type.indexOf('#') + 1)
  return {
    code,
    message: textOf(answer, 'message') ?? textOf(answer, 'Message') ?? 'no message',
    retryable: status >= 500 || status === 429 || THROTTLED.test(code),
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Reads a text member of a parsed response. */
export function textOf(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const property = (value as Readonly<Record<string, unknown>>)[name]
  return typeof property === 'string' ? property : undefined
}

/** @param fetchImpl - @default the platform's */
function fetchSender(fetchImpl: typeof fetch = fetch): SendRequest {
  return async ({ url, headers, body, timeoutMs = TIMEOUT_MS }) => {
    const response = await fetchImpl(url, {
      method: 'POST',
      headers,
      body,
      // A redirect leads to another host, which must not get the session token.
      redirect: 'manual',
      signal: AbortSignal.timeout(Math.max(1, Math.floor(Math.min(TIMEOUT_MS, timeoutMs)))),
    })
    return { status: response.status, body: await response.text() }
  }
}
