/**
 * Remembers the completions of this instance, for clients that ask again because a response was
 * lost. They get the same response, and `onComplete` is not called twice. Other instances do not
 * know of it, so `onComplete` must be idempotent.
 *
 * @module
 */

import type { CompleteResponse } from '../../protocol/messages.ts'

/** What this instance has completed. */
export interface Completions {
  /**
   * Calls `complete` once for a waybill and checksum. Calls for the same waybill wait for each
   * other, so that its upload is completed once.
   *
   * @param crc64nvme - From the client. With another value, `complete` is called again.
   * @returns The result of this or an earlier `complete`. A failure is not kept.
   */
  once(
    sealed: string,
    crc64nvme: string | undefined,
    complete: () => Promise<CompleteResponse>,
  ): Promise<CompleteResponse>
  /**
   * Calls `tell` once for a waybill, whatever the checksum.
   *
   * @returns The result of this or an earlier `tell`. A failure is not kept.
   */
  tell(sealed: string, tell: () => Promise<unknown>): Promise<unknown>
}

/** How many are remembered: clients ask again within seconds. */
const KEPT = 1_000

/** Creates an empty memory of completions. */
export function createCompletions(): Completions {
  const answers = keeper<CompleteResponse>()
  const results = keeper<unknown>()
  const turns = createTurns()
  return {
    once: (sealed, crc64nvme, complete) =>
      answers(`${sealed} ${crc64nvme ?? ''}`, () => turns(sealed, complete)),
    tell: results,
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
