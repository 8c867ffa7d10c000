/**
 * Runs the page's own `prepare` on a file: a few at a time, and never longer than it is wanted.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import { untilAborted } from '../retry/in-time.ts'
import { Semaphore } from '../upload/semaphore.ts'

/** What a page makes of a file before it is sent. */
export type Prepare = (file: File, signal: AbortSignal) => Blob | Promise<Blob>

/** A photo that is decoded takes 4 bytes for each of its pixels. */
const AT_ONCE = 2

/** @returns What prepares files of one list. */
export function preparer(prepare: Prepare) {
  const places = new Semaphore(AT_ONCE)
  /**
   * @param begins - Its turn has come.
   * @throws {UploadError} `PREPARE_FAILED`, or the one that `prepare` has thrown.
   * @throws The signal's reason when it fires.
   */
  return (file: File, signal: AbortSignal, begins: () => void): Promise<Blob> =>
    places.run(signal, async () => {
      begins()
      try {
        // It may not listen to the signal.
        const prepared: unknown = await untilAborted(Promise.resolve(prepare(file, signal)), signal)
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
