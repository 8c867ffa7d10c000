/**
 * Runs the page's own `prepare` on files: a few at a time, each until it is aborted.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import type { Semaphore } from '../semaphore.ts'

/** What a page makes of a file before it is sent. */
export type Prepare = (file: File, signal: AbortSignal) => Blob | Promise<Blob>

/** One file to prepare. */
export interface Preparation {
  readonly prepare: Prepare
  readonly file: File
  readonly signal: AbortSignal
  /** Its turn has come. */
  readonly begins: () => void
}

/**
 * Prepares a file when there is a place.
 *
 * @throws {UploadError} `PREPARE_FAILED`, or the one that `prepare` has thrown.
 * @throws The signal's reason when it fires.
 */
export function prepareFile(places: Semaphore, preparation: Preparation): Promise<Blob> {
  const { prepare, file, signal, begins } = preparation
  return places.run(signal, async () => {
    begins()
    try {
      // It may not listen to the signal.
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

/**
 * Rejects when the signal fires. The signal is for this file alone, so its listener goes with it.
 */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}
