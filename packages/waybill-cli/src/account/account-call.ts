/**
 * Sends one signed call to an AWS service, without retries. A response with an error status is
 * returned like any other.
 *
 * @module
 */

import { canonicalQuery } from 'waybill-s3'
import { serviceHost } from 'waybill-s3/internal/bucket-url'
import { platformDigest } from 'waybill-s3/internal/digest'
import { signHeaders } from 'waybill-s3/internal/sign-headers'
import type { AccountAccess } from './profile-access.ts'

export interface AccountCall {
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

export interface AccountCaller extends AccountAccess {
  /** An origin to call instead of the service's own. */
  readonly endpoint?: string | undefined
  readonly fetch: typeof globalThis.fetch
}

export interface AccountAnswer {
  /** 0 if there was no response. */
  readonly status: number
  header(name: string): string | undefined
  readonly text: string
}

const TIMEOUT_MS = 20_000

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
    // The error is dropped, because runtimes include URLs in it.
    return { status: 0, header: () => undefined, text: '' }
  }
}
