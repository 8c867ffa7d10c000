import { UploadError } from '../../protocol/upload-error.ts'
import type { Semaphore } from '../semaphore.ts'

export type Prepare = (file: File, signal: AbortSignal) => Blob | Promise<Blob>

export interface Preparation {
  readonly prepare: Prepare
  readonly file: File
  readonly signal: AbortSignal
  readonly begins: () => void
}

export function prepareFile(places: Semaphore, preparation: Preparation): Promise<Blob> {
  const { prepare, file, signal, begins } = preparation
  return places.run(signal, async () => {
    begins()
    try {
      // `prepare` may ignore the signal.
      const prepared: unknown = await Promise.race([prepare(file, signal), aborted(signal)])
      if (prepared instanceof Blob) return prepared
      throw new TypeError(`prepare returned ${typeof prepared}, expected a Blob or a File`)
    } catch (cause) {
      signal.throwIfAborted()
      if (cause instanceof UploadError) throw cause
      const why = cause instanceof Error ? `: ${cause.message}` : ''
      throw new UploadError('PREPARE_FAILED', `the file could not be prepared${why}`, { cause })
    }
  })
}

/** The signal belongs to this file only, so the listener need not be removed. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}
