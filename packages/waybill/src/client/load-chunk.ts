/**
 * Loads the client's own chunks. If the page's server does not deliver a chunk, the chunk is
 * requested again every two seconds for a minute. Time without a network does not count.
 *
 * @module
 */

import { UploadError } from '../protocol/upload-error.ts'
import { type Effects, platformEffects } from './effects.ts'

const MAX_FAILURES = 30
const PAUSE_MS = 2_000

/**
 * @throws {UploadError} `NETWORK_FAILED` when the page's server does not deliver the chunk.
 * @throws The signal's reason, if the signal fires during a pause.
 */
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
