/**
 * Remembers the multipart uploads that this instance has created. A client that asks again, because
 * the response was lost, gets the same upload, so none is left that no client knows. If another
 * instance is asked, the bucket's lifecycle removes the lost upload.
 *
 * @module
 */

import type { UploadGrant } from '../../protocol/messages.ts'

/** What this instance has created. */
export interface Creations {
  /**
   * Calls `create` once for a description with a nonce.
   *
   * @param asked - Rule, owner and description of the file. Only a client that knows the nonce can
   *   ask the same.
   * @returns The result of this or an earlier `create`. A failure is not kept.
   */
  once(asked: string, create: () => Promise<UploadGrant>): Promise<UploadGrant>
}

interface Kept {
  readonly grant: Promise<UploadGrant>
  readonly at: number
}

/** Most grants that are kept: each holds some 6 KB of signatures. */
const MAX_KEPT = 200
/** How long a grant is kept: clients ask again within seconds, and signatures expire. */
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
      if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest)
      return grant
    },
  }
}
