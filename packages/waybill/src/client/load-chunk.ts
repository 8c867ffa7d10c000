/**
 * Loads the client's own chunks. A chunk that fails to load is requested again every two seconds,
 * until 30 attempts have failed while online.
 *
 * @module
 */

import { UploadError } from '../protocol/upload-error.ts'
import { type Effects, platformEffects } from './effects.ts'

const MAX_FAILURES = 30
const PAUSE_MS = 2_000

/** @throws {UploadError} `NETWORK_FAILED` when the chunk could not be loaded. */
export async function loadChunk<Chunk>(
  load: () => Promise<Chunk>,
  { wait, online }: Pick<Effects, 'wait' | 'online'> = platformEffects(),
  signal: AbortSignal = new AbortController().signal,
): Promise<Chunk> {
  let failures = 0
  for (;;) {
    try {
      return await load()
    } catch (cause) {
      if (online.isOnline()) failures += 1
      if (failures >= MAX_FAILURES) {
        throw new UploadError('NETWORK_FAILED', 'code of the client could not be loaded', { cause })
      }
      await wait(PAUSE_MS, signal)
    }
  }
}
