/**
 * Loads the chunk for large files, once.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import type { CallOptions } from '../calls/shared-calls.ts'
import type { Engine } from '../engine.ts'
import { treatSending } from '../retry/remedies.ts'
import { retry } from '../retry/retry.ts'

type LargeFiles = typeof import('./entry.ts')

/** @throws {UploadError} `NETWORK_FAILED` when the page's own server does not give the chunk. */
export function loadLargeFiles({ effects }: Engine, callOptions: CallOptions): Promise<LargeFiles> {
  return retry({ effects, treat: treatSending, ...callOptions }, load)
}

async function load(): Promise<LargeFiles> {
  try {
    return await import('./entry.ts')
  } catch (cause) {
    throw new UploadError('NETWORK_FAILED', 'the code for large files could not be loaded', {
      cause,
    })
  }
}
