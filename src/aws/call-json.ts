/**
 * One call to an AWS service of the JSON protocol (EventBridge, Secrets Manager), signed here. Two calls are all that
 * the Lambdas need beyond S3; the SDK's clients for them would outweigh the rest of the bundle.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 * @module
 */

import {
  ALGORITHM,
  type Credentials,
  canonicalRequest,
  credentialScope,
  formatAmzDate,
  platformDigest,
  signingHmac,
  stringToSign,
} from '../s3/index.ts'

/** Sends one POST. Lambda gives one over `node:https`, because `fetch` costs a cold start 40 ms. */
export type SendRequest = (request: {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}) => Promise<{ readonly status: number; readonly body: string }>

export interface AwsJsonCall {
  /** As in the credential scope and in the host, for example `secretsmanager`. */
  readonly service: string
  /** `X-Amz-Target`, for example `secretsmanager.GetSecretValue`. */
  readonly target: string
  readonly body: unknown
}

export interface AwsJsonOptions {
  readonly region: string
  readonly credentials: Credentials
  /** Origin of the service. @default AWS's regional endpoint */
  readonly endpoint?: string
  /** @default over `fetch`, at most 3 s */
  readonly send?: SendRequest
  /** @default () => new Date() */
  readonly now?: () => Date
}

const ATTEMPTS = 3

/**
 * @returns The parsed answer.
 * @throws {Error} When the service refuses, or cannot be reached in three attempts. The message holds the target and
 *   the service's own code; `cause` the rest.
 */
export async function callAwsJson(call: AwsJsonCall, options: AwsJsonOptions): Promise<unknown> {
  const { send = fetchSender() } = options
  for (let attempt = 1; ; attempt += 1) {
    const request = await signCall(call, options)
    const answer = await send(request).catch((cause: unknown) => ({ status: 0, body: '', cause }))
    if (answer.status === 200) return parseJson(answer.body)
    const failure = readFailure(answer)
    if (attempt === ATTEMPTS || !failure.retryable) {
      const cause = 'cause' in answer ? answer.cause : { status: answer.status, ...failure }
      throw new Error(`${call.target} failed: ${failure.code}: ${failure.message}`, { cause })
    }
    // Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 50 * 2 ** attempt))
  }
}

async function signCall(call: AwsJsonCall, { region, credentials, ...options }: AwsJsonOptions) {
  const digest = platformDigest()
  const suffix = region.startsWith('cn-') ? '.cn' : ''
  const endpoint = options.endpoint ?? `https://${call.service}.${region}.amazonaws.com${suffix}`
  const url = new URL('/', endpoint)
  const body = JSON.stringify(call.body)
  const amzDate = formatAmzDate(options.now ? options.now() : new Date())
  const scope = credentialScope(amzDate, region, call.service)
  const signed: Record<string, string> = {
    'content-type': 'application/x-amz-json-1.1',
    host: url.host,
    'x-amz-date': amzDate,
    'x-amz-target': call.target,
  }
  if (credentials.sessionToken) signed['x-amz-security-token'] = credentials.sessionToken
  const payloadHash = await digest.sha256Hex(body)
  const parts = { method: 'POST', path: '/', query: '', headers: signed, payloadHash }
  const text = stringToSign(amzDate, scope, await digest.sha256Hex(canonicalRequest(parts)))
  const signature = await (await signingHmac(credentials, scope, digest)).hex(text)
  const { host, ...headers } = signed
  const authorization =
    `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, ` +
    `SignedHeaders=${Object.keys(signed).sort().join(';')}, Signature=${signature}`
  return { url: url.href, headers: { ...headers, authorization }, body }
}

interface Failure {
  readonly code: string
  readonly message: string
  readonly retryable: boolean
}

const THROTTLED = /Throttl|TooManyRequests|RequestLimitExceeded|InternalServi|InternalFailure/

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

/** @returns A text property of a parsed answer. */
export function textOf(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const property = (value as Readonly<Record<string, unknown>>)[name]
  return typeof property === 'string' ? property : undefined
}

/** @param fetchImpl - @default the platform's */
function fetchSender(fetchImpl: typeof fetch = fetch): SendRequest {
  return async ({ url, headers, body }) => {
    const response = await fetchImpl(url, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(3000),
    })
    return { status: response.status, body: await response.text() }
  }
}
