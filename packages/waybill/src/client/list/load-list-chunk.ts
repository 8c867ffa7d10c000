/**
 * Loads the chunk of `list-chunk.ts`.
 *
 * @module
 */

import type { Effects } from '../effects.ts'
import { loadChunk } from '../load-chunk.ts'

/** @throws {UploadError} `NETWORK_FAILED` when the page's server does not deliver the chunk. */
export function loadListChunk(effects: Pick<Effects, 'wait' | 'online'>) {
  return loadChunk(() => import('./list-chunk.ts'), effects)
}
