/**
 * Completions that this instance has carried out, for callers that ask again because an answer was lost: they get the
 * same answer, and the rule does not hear of the upload twice. Another instance knows nothing of it, which is why
 * `onComplete` must still bear being run again.
 *
 * @module
 */

import type { CompleteResponse } from '../protocol/index.ts'

export interface Completions {
  /** @returns What `complete` answered for this name before, or what it answers now; a failure is not kept. */
  once(name: string, complete: () => Promise<CompleteResponse>): Promise<CompleteResponse>
}

/** Callers ask again within seconds. */
const KEPT = 1_000

export function createCompletions(): Completions {
  const answers = new Map<string, Promise<CompleteResponse>>()
  return {
    once: (name, complete) => {
      const known = answers.get(name)
      if (known) return known
      const answer = complete()
      answers.set(name, answer)
      answer.catch(() => answers.delete(name))
      if (answers.size > KEPT) answers.delete(answers.keys().next().value ?? name)
      return answer
    },
  }
}
