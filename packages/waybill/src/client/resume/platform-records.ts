/**
 * The store of resume records that a browser has of its own.
 *
 * @module
 */

import type { Effects } from '../effects.ts'
import { inTime } from '../send/in-time.ts'
import { lazily, storeUsedBy } from './lazy-records.ts'
import type { ResumeStore } from './resume-record.ts'

/** IndexedDB may never answer: uploads go on without it. */
const MAX_ANSWER_MS = 2_000

/**
 * Returns the store in IndexedDB; on a platform without one (Node, some private windows) nothing is
 * kept.
 */
export function platformResumeStore(wait: Effects['wait']): ResumeStore | undefined {
  if (!hasIndexedDb()) return undefined
  const use = lazily(async () => (await import('./kept-uploads.ts')).idbResumeStore())
  const soon = <T>(answer: Promise<T>) => inTime(answer, MAX_ANSWER_MS, wait)
  return {
    ...storeUsedBy((call) => soon(use(call))),
    claim: (id) => {
      const claim = use((store) => store.claim(id))
      return soon(claim).catch((error: unknown) => {
        claim.then((release) => release?.()).catch(() => {}) // too late
        throw error
      })
    },
  }
}

/** Where storage is denied to a page, even looking at `indexedDB` may throw. */
function hasIndexedDb(): boolean {
  try {
    return Boolean(globalThis.indexedDB && globalThis.BroadcastChannel)
  } catch {
    return false
  }
}
