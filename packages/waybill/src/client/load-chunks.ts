/**
 * Loads chunks of the client's own code when they are needed, and tries again while the network is
 * away.
 *
 * @module
 */

import { UploadError } from '../protocol/upload-error.ts'
import type { CallOptions } from './signer-calls/shared-calls.ts'
import type { Engine } from './upload/engine.ts'
import { treatSending } from './send/remedies.ts'
import { retry } from './send/retry.ts'

/**
 * Loads what sends files in parts.
 *
 * @throws {UploadError} `NETWORK_FAILED` when the page's own server does not give the chunk.
 */
export function loadLargeFiles(engine: Engine, callOptions: CallOptions) {
  return loadChunk(engine, callOptions, () => import('./upload/entry.ts'))
}

/** Loads the content types of file name extensions; throws as `loadLargeFiles` does. */
export function loadContentTypes(engine: Engine, callOptions: CallOptions) {
  return loadChunk(engine, callOptions, () => import('./file/content-types.ts'))
}

function loadChunk<Chunk>(
  { lines }: Engine,
  callOptions: CallOptions,
  load: () => Promise<Chunk>,
): Promise<Chunk> {
  return retry({ lines, treat: treatSending, ...callOptions }, async () => {
    try {
      return await load()
    } catch (cause) {
      throw new UploadError('NETWORK_FAILED', 'code of the client could not be loaded', { cause })
    }
  })
}
