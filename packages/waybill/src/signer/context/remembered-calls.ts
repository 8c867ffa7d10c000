/**
 * Remembers recent calls. A client that retries after losing the response gets the same upload
 * again, which would otherwise be orphaned, and the same completion, so that `onComplete` is not
 * called again.
 *
 * Each signer instance remembers its own calls: `onComplete` must still be idempotent, and the
 * bucket's lifecycle rule deletes orphaned uploads.
 *
 * @module
 */

import type { CompleteResponse, UploadGrant } from '../../protocol/messages.ts'

export interface Completions {
  /**
   * Calls `complete` once per waybill and checksum. Concurrent calls for the same waybill run one
   * after another, so that the upload is completed only once.
   *
   * @param crc64nvme - The checksum that the client sent. A different value runs `complete` again.
   * @returns The result of this or an earlier `complete`. Failures are not cached.
   */
  once(
    sealed: string,
    crc64nvme: string | undefined,
    complete: () => Promise<CompleteResponse>,
  ): Promise<CompleteResponse>
  /** Calls `run` once per waybill, whatever the checksum. Failures are not cached. */
  onComplete(sealed: string, run: () => Promise<unknown>): Promise<unknown>
}

/** Clients retry within seconds, so older completions can be dropped. */
const KEPT = 1_000

export function createCompletions(): Completions {
  const answers = keeper<CompleteResponse>()
  const results = keeper<unknown>()
  const turns = createTurns()
  return {
    once: (sealed, crc64nvme, complete) =>
      answers(`${sealed} ${crc64nvme ?? ''}`, () => turns(sealed, complete)),
    onComplete: results,
  }
}

type Keeper<T> = (name: string, work: () => Promise<T>) => Promise<T>

function keeper<T>(): Keeper<T> {
  const kept = new Map<string, Promise<T>>()
  return (name, work) => {
    const known = kept.get(name)
    if (known) return known
    const answer = work()
    kept.set(name, answer)
    answer.catch(() => kept.delete(name))
    if (kept.size > KEPT) kept.delete(kept.keys().next().value ?? name)
    return answer
  }
}

function createTurns(): Keeper<CompleteResponse> {
  const last = new Map<string, Promise<unknown>>()
  return async (name, work) => {
    const mine = (last.get(name) ?? Promise.resolve()).then(work)
    const settled = mine.catch(() => {})
    last.set(name, settled)
    try {
      return await mine
    } finally {
      if (last.get(name) === settled) last.delete(name)
    }
  }
}

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
