/**
 * Loads the code that finds out and says why something failed, and says it.
 *
 * @module
 */

import type { UploadError } from '../../protocol/upload-error.ts'

/** Loads it. Rejects when the page's own server does not give it. */
export function loadExplain() {
  return import('./explain.ts')
}

/** Tells the console of a page what its developer has to change. */
export function warn(error: UploadError): void {
  if (!globalThis.document) return
  loadExplain().then(
    ({ warnOnce }) => warnOnce(error),
    () => {}, // without a network there is nothing to change
  )
}
