/**
 * Coordinates claims on resume records between tabs over a `BroadcastChannel`. Pages loaded over
 * plain HTTP need this, because they have no Web Locks.
 *
 * A tab asks the other tabs and claims the record if none of them objects. A claim ends when its
 * tab closes, so a reloaded page can claim its record again immediately. A frozen tab does not
 * answer, so another tab may resume the same upload. That is harmless: both tabs send the same
 * file, and the second completion changes nothing.
 *
 * @see https://html.spec.whatwg.org/multipage/web-messaging.html
 * @module
 */

import type { ResumeStore } from './resume-record.ts'

/**
 * How long other tabs have to answer. Most answer within a few milliseconds, but busy tabs take
 * longer.
 */
const ANSWER_MS = 300

interface Question {
  readonly id: string
  /** Random for a claim. Empty for a lookup, so that concurrent claims do not affect its answer. */
  readonly ticket: string
  readonly refuse: () => void
}

type Claims = Required<Pick<ResumeStore, 'claim' | 'isClaimed'>>

const ofThisPage = new Map<string, Claims>()

export function channelClaims(name: string): Claims {
  const claims = ofThisPage.get(name) ?? claimsOver(new BroadcastChannel(name))
  ofThisPage.set(name, claims)
  return claims
}

export function claimsOver(
  channel: BroadcastChannel,
  later: (callBack: () => void) => void = afterAnswers,
): Claims {
  const held = new Set<unknown>()
  const questions = new Set<Question>()

  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    // Other versions of this code may use the same channel, so a message can contain anything.
    const { ask, ticket, held: taken }: Record<string, unknown> = Object(data)
    if (held.has(ask)) return channel.postMessage({ held: ask })
    const wins = (own: string) => typeof ticket === 'string' && ticket < own
    for (const { id, ticket: own, refuse } of questions) {
      if (id === taken || (id === ask && wins(own))) refuse()
    }
  })

  async function isRefused(id: string, ticket: string): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const question = { id, ticket, refuse: () => resolve(true) }
    questions.add(question)
    channel.postMessage({ ask: id, ...(ticket && { ticket }) })
    later(() => resolve(false))
    const isRefused = await promise
    questions.delete(question)
    return isRefused
  }

  function isAskedFor(record: string): boolean {
    return [...questions].some(({ id, ticket }) => id === record && ticket)
  }

  return {
    claim: async (id) => {
      if (held.has(id) || isAskedFor(id)) return undefined
      if (await isRefused(id, newTicket())) return undefined
      held.add(id)
      return () => void held.delete(id)
    },
    isClaimed: async (id) => held.has(id) || isRefused(id, ''),
  }
}

function afterAnswers(callBack: () => void): void {
  setTimeout(callBack, ANSWER_MS)
}

/**
 * If several tabs claim a record at the same time, the lowest ticket wins. Pages loaded over plain
 * HTTP have no `crypto.randomUUID`.
 */
function newTicket(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join()
}
