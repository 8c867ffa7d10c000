/**
 * Calls AWS services that use the REST JSON protocol (Lambda, GuardDuty).
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 *
 * @module
 */

import { AwsCallFailed } from 'waybill/internal/storage'
import type { Credentials } from 'waybill-s3'
import { type AccountAnswer, callAccount } from './account-call.ts'

export interface AwsRestCall {
  readonly service: string
  /** For error messages, for example `lambda.Invoke`. */
  readonly name: string
  readonly method: 'GET' | 'POST'
  /** Begins with a slash. Contains only letters, digits and `/._-`, which need no encoding. */
  readonly path: string
  readonly body?: string
  readonly timeoutMs: number
}

export interface AwsRestOptions {
  readonly region: string
  readonly credentials: () => Promise<Credentials>
  /** The service's origin. @default AWS's regional endpoint */
  readonly endpoint?: string | undefined
  /**
   * Waits before a retry. Tests replace it.
   * @default setTimeout
   */
  readonly wait?: (delayMs: number) => Promise<void>
}

const ATTEMPTS = 6
const FIRST_DELAY_MS = 200

/**
 * Makes a call, with up to six attempts over several seconds, because AWS may throttle it.
 *
 * @throws {AwsCallFailed} If the service rejects the call or cannot be reached.
 */
export async function callAwsRest(
  call: AwsRestCall,
  options: AwsRestOptions,
): Promise<AccountAnswer> {
  const { wait = (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)) } = options
  for (let attempt = 1; ; attempt += 1) {
    const answer = await sendOnce(call, options)
    const { status } = answer
    if (status >= 200 && status < 300) return answer
    const isPassing = status === 0 || status === 429 || status >= 500
    if (!isPassing || attempt === ATTEMPTS) throw failureOf(call, answer)
    // Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    await wait(Math.random() * FIRST_DELAY_MS * 2 ** attempt)
  }
}

async function sendOnce(
  { name: _, ...call }: AwsRestCall,
  { region, credentials, endpoint }: AwsRestOptions,
): Promise<AccountAnswer> {
  const caller = { region, credentials: await credentials(), endpoint, fetch }
  return callAccount(caller, { ...call, headers: { 'content-type': 'application/json' } })
}

function failureOf({ name }: AwsRestCall, { status, header, text }: AccountAnswer): AwsCallFailed {
  if (status === 0) return new AwsCallFailed(name, 'Unreachable', 'no answer')
  const { Message, message = Message, __type } = readObject(text)
  const type = header('x-amzn-errortype') ?? __type ?? `HTTP ${status}`
  // `ResourceNotFoundException:http://internal.amazon.com/…`, possibly with a namespace prefix.
  const code = String(type).replace(/:.*/, '').replace(/.*#/, '')
  return new AwsCallFailed(name, code, String(message ?? 'no message'))
}

function readObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text))
  } catch {
    return {}
  }
}
