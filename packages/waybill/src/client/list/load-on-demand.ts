/**
 * Loads the chunk of `on-demand.ts`.
 *
 * @module
 */

import type { Effects } from '../effects.ts'
import { loadChunk } from '../load-chunks.ts'

/** @throws {UploadError} `NETWORK_FAILED` when the page's server does not deliver the chunk. */
export function loadOnDemand(effects: Pick<Effects, 'wait' | 'online'>) {
  return loadChunk(() => import('./on-demand.ts'), effects)
}
