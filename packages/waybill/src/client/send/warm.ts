/**
 * Opens connections before the first upload; see `Uploader.warm`.
 *
 * @module
 */

import type { Effects } from '../effects.ts'

/** The uploader's options that determine where connections will be needed. */
export interface WarmOptions {
  readonly endpoint: string
  readonly credentials?: RequestCredentials
  readonly storageOrigins?: readonly string[]
  readonly fetch?: typeof globalThis.fetch
}

/** Maximum size of a response that is read. The response to a preflight has a few hundred bytes. */
const MOST_BYTES = 65_536

/** A connection that takes longer to open does not help. */
const MAX_MS = 10_000

/**
 * Opens one connection to the signer and one to each of `storageOrigins`. Resolves when they are
 * open; in browsers, when they have been requested. Never rejects, because the upload opens any
 * missing connection itself.
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
 * Makes a request that changes nothing and that no rule rejects. It is not a HEAD request, and its
 * response is read, because otherwise Node would close the connection afterwards.
 */
async function ask(
  fetch: typeof globalThis.fetch,
  url: string,
  signal: AbortSignal,
): Promise<void> {
  const answer = await fetch(url, { method: 'OPTIONS', redirect: 'manual', signal })
  let size = 0
  for await (const bytes of answer.body ?? []) {
    size += bytes.length
    if (size > MOST_BYTES) return
  }
}

/** Adds a hint to the page for each host. Unlike a request, a hint costs nothing. */
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
