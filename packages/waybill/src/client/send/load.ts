/**
 * Loads the code that only failures need: when an uploader is made, because it could not be loaded
 * without a network.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'

/** How often, and after how long, the page's own server is asked again. */
const LOADS = { most: 30, everyMs: 2_000 } as const

/** Loads it. Rejects when the page's own server does not give it. */
export function loadFailures() {
  return import('./failures.ts')
}

/** @throws {UploadError} `NETWORK_FAILED` when the page's server does not give it in a minute. */
export async function needFailures({ wait }: Pick<Effects, 'wait'>, signal: AbortSignal) {
  for (let loads = 1; ; loads += 1) {
    try {
      return await loadFailures()
    } catch (cause) {
      const message = 'the code for failures could not be loaded'
      if (loads >= LOADS.most) throw new UploadError('NETWORK_FAILED', message, { cause })
      await wait(LOADS.everyMs, signal)
    }
  }
}
