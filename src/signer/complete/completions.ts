/**
 * Completions that this instance has carried out, for callers that ask again because an answer was
 * lost: they get the same answer, and the rule does not hear of the upload twice. Another instance
 * knows nothing of it, which is why `onComplete` must be idempotent.
 *
 * @module
 */

import type { CompleteResponse } from '../../protocol/index.ts'

export interface Completions {
  /**
   * Completions of one waybill take turns, so that its parts are put together once.
   *
   * @param crc64nvme - What the client says now. Another value is another question.
   * @returns What `complete` answered before, or what it answers now; a failure is not kept.
   */
  once(
    sealed: string,
    crc64nvme: string | undefined,
    complete: () => Promise<CompleteResponse>,
  ): Promise<CompleteResponse>
  /** @returns What the rule answered for this waybill before, whatever checksums came with it, or what it answers now. */
  tell(sealed: string, tell: () => Promise<unknown>): Promise<unknown>
}

/** Callers ask again within seconds. */
const KEPT = 1_000

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
