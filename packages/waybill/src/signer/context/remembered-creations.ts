/**
 * Caches the grants of multipart uploads. A client that retries after losing the response gets the
 * same upload, so the first one is not orphaned. If another instance handles the retry, the
 * bucket's lifecycle rule deletes the orphan.
 *
 * @module
 */

import type { UploadGrant } from '../../protocol/messages.ts'

export interface Creations {
  /**
   * Calls `create` once per file description that has a nonce. Failures are not cached.
   *
   * @param asked - The rule, the owner and the file description. It includes the client's nonce, so
   *   no other client can send the same.
   */
  once(asked: string, create: () => Promise<UploadGrant>): Promise<UploadGrant>
}

interface Kept {
  readonly grant: Promise<UploadGrant>
  readonly at: number
}

const MAX_KEPT = 200
/** Clients retry within seconds, and the cached signatures expire. */
const MAX_AGE_MS = 120_000

export function createCreations(now: () => Date): Creations {
  const kept = new Map<string, Kept>()
  return {
    once: (asked, create) => {
      const at = now().getTime()
      const known = kept.get(asked)
      if (known && at - known.at < MAX_AGE_MS) return known.grant
      const grant = create()
      kept.delete(asked)
      kept.set(asked, { grant, at })
      grant.catch(() => {
        if (kept.get(asked)?.grant === grant) kept.delete(asked)
      })
      const [oldest] = kept.keys()
      if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest)
      return grant
    },
  }
}
