/**
 * Loads lazy chunks of the client and the element. After a failure, a chunk is requested again
 * every two seconds.
 *
 * @module
 */

import { UploadError } from '../protocol/upload-error.ts'
import { type Effects, platformEffects } from './effects.ts'
import { isPassing } from './error-table.ts'

/** Failures although the page's server responds. */
const MAX_FAILURES = 3
/** Checks of the page's server that failed although there is a network. */
const MAX_CHECKS = 30
const PAUSE_MS = 2_000
/** WebKit may never settle a request whose connection was cut. */
const MAX_CHECK_MS = 5_000

/**
 * Requests a chunk only while its server can be reached: WebKit and Firefox remember an import that
 * has failed, and never try it again.
 *
 * @param responds - Whether the page's server can be reached.
 * @throws {UploadError} `PAGE_OUTDATED` when the server no longer has the chunk. `NETWORK_FAILED`
 *   when the server could not be reached.
 */
export async function loadChunk<Chunk>(
  load: () => Promise<Chunk>,
  { wait, online }: Pick<Effects, 'wait' | 'online'> = platformEffects(),
  signal: AbortSignal = new AbortController().signal,
  responds = pageResponds,
): Promise<Chunk> {
  let failures = 0
  let cause: unknown
  for (let checks = 0; checks < MAX_CHECKS; ) {
    const isAsked = failures > 0 || !online.isOnline()
    if (isAsked && !(await responds())) {
      if (online.isOnline()) checks += 1
    } else {
      try {
        return await load()
      } catch (error) {
        cause = error
        failures += 1
      }
      if (failures === MAX_FAILURES)
        throw new UploadError(
          'PAGE_OUTDATED',
          `${urlIn(cause)} is not on the page's server. If you deployed since the page was opened, reload it, and leave old scripts on the server for a few days. If that does not help, the script was not deployed, or the bundler's public path is wrong`,
          { cause },
        )
    }
    await wait(PAUSE_MS, signal)
  }
  throw new UploadError('NETWORK_FAILED', 'code of the client could not be loaded', { cause })
}

/** WebKit's message does not name the script. */
function urlIn(cause: unknown): string {
  return /https?:\S+/.exec(String(cause))?.[0] ?? 'a script that the page needs'
}

/** Any response will do, except one of a server that is down or refuses requests for now. */
async function pageResponds(): Promise<boolean> {
  if (!/^http/.test(globalThis.location?.protocol)) return true
  try {
    const { status } = await fetch(location.href, {
      method: 'HEAD',
      cache: 'no-store',
      redirect: 'manual',
      signal: AbortSignal.timeout(MAX_CHECK_MS),
    })
    return !isPassing(status)
  } catch {
    return false
  }
}
