/**
 * Remembers the multipart uploads that this instance has created, for clients that ask again
 * because the response was lost. They get the same upload, and none is left that no client knows.
 * Other instances do not know of it; there the bucket's lifecycle removes what is left.
 *
 * @module
 */

import type { UploadGrant } from '../../protocol/messages.ts'

/** What this instance has created. */
export interface Creations {
  /**
   * Calls `create` once for a description with a nonce.
   *
   * @param asked - Rule, owner and description of the file. Who asks the same has the nonce.
   * @returns The result of this or an earlier `create`. A failure is not kept.
   */
  once(asked: string, create: () => Promise<UploadGrant>): Promise<UploadGrant>
}

interface Kept {
  readonly grant: Promise<UploadGrant>
  readonly at: number
}

/** Each is some 6 KB of signatures. */
const KEPT = 200
/** Clients ask again within seconds, and what was signed expires. */
const MAX_AGE_MS = 120_000

/** Creates an empty memory of creations. */
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
      if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest)
      return grant
    },
  }
}
