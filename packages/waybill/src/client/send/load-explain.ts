/**
 * Loads the chunk that explains failures to developers, and lets it warn of one.
 *
 * @module
 */

import type { UploadError } from '../../protocol/upload-error.ts'

/** Rejects when the page's own server does not send it. */
export function loadExplain() {
  return import('./explain.ts')
}

/** Writes into a page's console what its developer has to change. */
export function warn(error: UploadError): void {
  if (!globalThis.document) return
  loadExplain().then(
    ({ warnOnce }) => warnOnce(error),
    () => {}, // without a network there is no mistake to warn of
  )
}
