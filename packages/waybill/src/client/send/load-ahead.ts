/**
 * Loads the chunk that is needed when something fails; see `ahead.ts`.
 *
 * @module
 */

import type { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'
import { loadChunk } from '../load-chunks.ts'

/** @throws {UploadError} `NETWORK_FAILED` when the page's server does not send it. */
export function loadAhead(effects?: Pick<Effects, 'wait' | 'online'>, signal?: AbortSignal) {
  return loadChunk(() => import('./ahead.ts'), effects, signal)
}

/** Writes to a page's console what its developer has to change. */
export function warn(error: UploadError): void {
  if (!globalThis.document) return
  loadAhead().then(
    ({ warnOnce }) => warnOnce(error),
    () => {}, // without a network there is no mistake to warn of
  )
}
