/**
 * Calls AWS services for commands: signed, without retries, and returning the response whatever its
 * status.
 *
 * `AWS_ENDPOINT_URL` replaces the address of every service, as in AWS's own tools.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 *
 * @module
 */

import { canonicalQuery } from 'waybill-s3'
import { platformDigest } from 'waybill-s3/internal/digest'
import { serviceHost } from 'waybill-s3/internal/partition'
import { signHeaders } from 'waybill-s3/internal/sign-headers'
import type { AccountAccess } from './profile-access.ts'

/** One call to a service. */
export interface AccountCall {
  /** The service's name in the credential scope and the host, such as `cloudformation`. */
  readonly service: string
  readonly method?: 'GET' | 'POST'
  /** @default '/' */
  readonly path?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** @default 20 s */
  readonly timeoutMs?: number
}

/** Where to send calls, and the credentials. */
export interface AccountCaller extends AccountAccess {
  /** Replaces the address of every service. */
  readonly endpoint?: string | undefined
  readonly fetch: typeof globalThis.fetch
}

/** A service's response. */
export interface AccountAnswer {
  /** 0 if there was no response. */
  readonly status: number
  /** Returns a header by its lower-case name. */
  header(name: string): string | undefined
  readonly text: string
}

const TIMEOUT_MS = 20_000

/** Makes a call. Errors from the service are returned as responses. */
export async function callAccount(
  { region, credentials, endpoint, fetch }: AccountCaller,
  call: AccountCall,
): Promise<AccountAnswer> {
  const { service, method = 'GET', path = '/', query = {}, headers = {}, body = '' } = call
  const { timeoutMs = TIMEOUT_MS } = call
  const url = new URL(path, endpoint ?? `https://${serviceHost(service, region)}`)
  const search = canonicalQuery(Object.entries(query))
  const signed = await signHeaders({
    method,
    path,
    query: search,
    headers: { ...headers, host: url.host },
    payloadHash: await platformDigest().sha256Hex(body),
    service,
    region,
    credentials,
  })
  try {
    const response = await fetch(`${url.href}${search === '' ? '' : `?${search}`}`, {
      method,
      headers: signed,
      ...(body === '' ? {} : { body }),
      // A redirect leads to another host, which must not receive the session token.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const header = (name: string) => response.headers.get(name) ?? undefined
    return { status: response.status, header, text: await response.text() }
  } catch {
    // The error is dropped: runtimes put URLs into it.
    return { status: 0, header: () => undefined, text: '' }
  }
}
