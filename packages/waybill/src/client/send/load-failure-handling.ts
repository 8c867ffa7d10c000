import type { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'
import { loadChunk } from '../load-chunk.ts'

export function loadFailureHandling(
  effects?: Pick<Effects, 'wait' | 'online'>,
  signal?: AbortSignal,
) {
  return loadChunk(() => import('./failure-handling.ts'), effects, signal)
}

/** Logs a console warning in pages if a developer should fix the error. */
export function warn(error: UploadError): void {
  if (!globalThis.document) return
  loadFailureHandling().then(
    ({ warnOnce }) => warnOnce(error),
    () => {}, // without a network, there is no mistake to report
  )
}
