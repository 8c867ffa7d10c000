/**
 * Remembers the multipart uploads that this instance has created. A client that retries because the
 * response was lost gets the same upload, so no unknown upload is left behind. If another instance
 * handles the retry, the bucket's lifecycle removes the lost upload.
 *
 * @module
 */

import type { UploadGrant } from '../../protocol/messages.ts'

export interface Creations {
  /**
   * Calls `create` once per file description with a nonce.
   *
   * @param asked - Rule, owner and description of the file. Only a client that knows the nonce can
   *   send the same.
   * @returns The result of this or an earlier `create`. Failures are not remembered.
   */
  once(asked: string, create: () => Promise<UploadGrant>): Promise<UploadGrant>
}

interface Kept {
  readonly grant: Promise<UploadGrant>
  readonly at: number
}

/** Maximum number of remembered grants. Each holds about 6 KB of signatures. */
const MAX_KEPT = 200
/** Clients retry within seconds, and signatures expire. */
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
