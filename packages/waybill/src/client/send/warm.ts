/**
 * Implements `Uploader.warm`.
 *
 * @module
 */

import type { Effects } from '../effects.ts'

export interface WarmOptions {
  readonly endpoint: string
  readonly credentials?: RequestCredentials
  readonly storageOrigins?: readonly string[]
  readonly fetch?: typeof globalThis.fetch
}

/** Longer responses are not read to the end. A preflight response has a few hundred bytes. */
const MOST_BYTES = 65_536

/** A connection that takes longer to open does not help. */
const MAX_MS = 10_000

/**
 * Resolves when the connections are open or, in browsers, when they have been requested. Never
 * rejects, because the upload opens any missing connection itself.
 */
export async function warm(options: WarmOptions, { wait }: Pick<Effects, 'wait'>): Promise<void> {
  if (globalThis.document) return preconnect(options)
  const { endpoint, storageOrigins = [], fetch = globalThis.fetch } = options
  const over = new AbortController()
  const asked = [endpoint, ...storageOrigins].map((url) => ask(fetch, url, over.signal))
  await Promise.race([Promise.allSettled(asked), wait(MAX_MS, over.signal)])
  over.abort()
}

/**
 * Sends a harmless request. It is not a HEAD request, and its response is read, because otherwise
 * Node would close the connection.
 */
async function ask(
  fetch: typeof globalThis.fetch,
  url: string,
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch(url, { method: 'OPTIONS', redirect: 'manual', signal })
  let size = 0
  for await (const bytes of response.body ?? []) {
    size += bytes.length
    if (size > MOST_BYTES) return
  }
}

/** Uses `preconnect` hints because, unlike requests, they cost nothing. */
async function preconnect({
  endpoint,
  credentials,
  storageOrigins = [],
}: WarmOptions): Promise<void> {
  const hints = storageOrigins.map((origin) => hint(origin, 'omit'))
  await Promise.allSettled([hint(endpoint, credentials), ...hints])
}

/** Browsers use separate connections for requests with and without cookies. */
async function hint(url: string, credentials?: RequestCredentials): Promise<void> {
  const { origin } = new URL(url, document.baseURI)
  const isOwn = origin === location.origin && credentials !== 'omit'
  const link = document.createElement('link')
  link.rel = 'preconnect'
  link.href = origin
  link.crossOrigin = isOwn || credentials === 'include' ? 'use-credentials' : 'anonymous'
  document.head.append(link)
  link.remove()
}
