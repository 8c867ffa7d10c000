/**
 * Caches completions. A client that retries after losing the response gets the same response, and
 * `onComplete` is not called again. Each signer instance has its own cache, so `onComplete` must
 * still be idempotent.
 *
 * @module
 */

import type { CompleteResponse } from '../../protocol/messages.ts'

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
