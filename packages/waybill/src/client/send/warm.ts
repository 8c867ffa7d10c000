/**
 * Opens connections ahead of the first upload. Loaded only when a page asks for it.
 *
 * @module
 */

import type { Effects } from '../effects.ts'
import type { UploaderOptions } from '../uploader-options.ts'
import { preconnect, type Wanted } from './preconnect.ts'

/** Bytes that are read: the response to a preflight has a few hundred. */
const MOST_BYTES = 65_536

/** A connection that takes longer does not help. */
const MAX_MS = 10_000

/**
 * Opens one connection to the signer and one to each of `storageOrigins`. Resolves when they are
 * open, in browsers when they have been asked for. Never rejects: the upload opens what is not
 * open.
 */
export async function warm(
  wanted: Wanted & Pick<UploaderOptions, 'fetch'>,
  { wait }: Pick<Effects, 'wait'>,
): Promise<void> {
  if (globalThis.document) return preconnect(wanted)
  const { endpoint, storageOrigins = [], fetch = globalThis.fetch } = wanted
  const over = new AbortController()
  const asked = [endpoint, ...storageOrigins].map((url) => ask(fetch, url, over.signal))
  await Promise.race([Promise.allSettled(asked), wait(MAX_MS, over.signal)])
  over.abort()
}

/**
 * A request that changes nothing and that no rule refuses. Not HEAD: after one Node closes the
 * connection. The answer is read, or it would be closed as well.
 */
async function ask(
  fetch: typeof globalThis.fetch,
  url: string,
  signal: AbortSignal,
): Promise<void> {
  const answer = await fetch(url, { method: 'OPTIONS', redirect: 'manual', signal })
  let size = 0
  // A connection is kept when its answer has been read.
  for await (const bytes of answer.body ?? []) {
    size += bytes.length
    if (size > MOST_BYTES) return
  }
}
