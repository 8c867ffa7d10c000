/**
 * Loads the chunk that is needed when something fails; see `failure-chunk.ts`.
 *
 * @module
 */

import type { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'
import { loadChunk } from '../load-chunk.ts'

/** @throws {UploadError} `NETWORK_FAILED` when the page's server does not deliver the chunk. */
export function loadFailureChunk(effects?: Pick<Effects, 'wait' | 'online'>, signal?: AbortSignal) {
  return loadChunk(() => import('./failure-chunk.ts'), effects, signal)
}

/** Warns in a page's console about an error that its developer should fix. */
export function warn(error: UploadError): void {
  if (!globalThis.document) return
  loadFailureChunk().then(
    ({ warnOnce }) => warnOnce(error),
    () => {}, // without a network, there is no mistake to warn about
  )
}
