/**
 * Loads the chunk for large files, once.
 *
 * @module
 */

import { UploadError } from '../protocol/upload-error.ts'
import { treatSending } from './classify.ts'
import type { Engine } from './engine.ts'
import { retrying } from './retrying.ts'
import type { Caller } from './shared-calls.ts'

type LargeFiles = typeof import('./large-files.ts')

/** @throws {UploadError} `NETWORK_FAILED` when the page's own server does not give the chunk. */
export function loadLargeFiles({ effects }: Engine, caller: Caller): Promise<LargeFiles> {
  return retrying({ effects, treat: treatSending, ...caller }, load)
}

async function load(): Promise<LargeFiles> {
  try {
    return await import('./large-files.ts')
  } catch (cause) {
    throw new UploadError('NETWORK_FAILED', 'the code for large files could not be loaded', {
      cause,
    })
  }
}
