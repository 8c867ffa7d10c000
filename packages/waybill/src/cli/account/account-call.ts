/**
 * Calls services of an AWS account for commands: signed, without retries, and returns the response
 * whatever its status.
 *
 * `AWS_ENDPOINT_URL` replaces the address of every service, as it does for AWS's own programs.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 * @module
 */

import { canonicalQuery } from 'waybill-s3'
import { platformDigest } from 'waybill-s3/internal/digest'
import { serviceHost } from 'waybill-s3/internal/partition'
import { signHeaders } from 'waybill-s3/internal/sign-headers'
import type { AccountAccess } from './profile-access.ts'

/** One call of a service. */
export interface AccountCall {
  /** The name in the credential scope and in the host, for example `cloudformation`. */
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

/** Where calls go, and the credentials. */
export interface AccountCaller extends AccountAccess {
  /** Replaces the address of every service. */
  readonly endpoint?: string | undefined
  readonly fetch: typeof globalThis.fetch
}

/** The response of a service. */
export interface AccountAnswer {
  /** 0 when there was no response. */
  readonly status: number
  /** Returns a header by its lower-case name. */
  header(name: string): string | undefined
  readonly text: string
}

const TIMEOUT_MS = 20_000

/** Makes a call. An error of the service is returned as a response. */
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
      // A redirect leads to another host, which must not get the session token.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const header = (name: string) => response.headers.get(name) ?? undefined
    return { status: response.status, header, text: await response.text() }
  } catch {
    // The error is not shown: runtimes put URLs into it.
    return { status: 0, header: () => undefined, text: '' }
  }
}
