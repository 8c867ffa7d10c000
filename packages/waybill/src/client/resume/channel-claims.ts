/**
 * Claims on resume records between the tabs of a browser without Web Locks: pages over plain HTTP
 * have none.
 *
 * A tab asks the others, and holds a record if no other tab refuses. So a claim ends with its tab,
 * and a reloaded page gets its record back at once. A tab that the browser has frozen does not
 * answer, and another tab may resume its upload. Both then send the same file to the same upload,
 * and the second completion changes nothing.
 *
 * @see https://html.spec.whatwg.org/multipage/web-messaging.html
 * @module
 */

import type { ResumeStore } from './resume-record.ts'

/** How long other tabs have to answer: usually some milliseconds, longer when they are busy. */
const ANSWER_MS = 300

interface Question {
  readonly id: string
  /** Of a claim; empty for a lookup, because no ticket is lower. */
  readonly ticket: string
  /** Called if another tab holds the record, or claims it now with a lower ticket. */
  readonly refuse: () => void
}

type Claims = Required<Pick<ResumeStore, 'claim' | 'isClaimed'>>

const ofThisPage = new Map<string, Claims>()

/** All uploaders of a page share its claims. */
export function channelClaims(name: string): Claims {
  const claims = ofThisPage.get(name) ?? claimsOver(new BroadcastChannel(name))
  ofThisPage.set(name, claims)
  return claims
}

/** @param later - Calls back when other tabs have had time to answer. */
export function claimsOver(
  channel: BroadcastChannel,
  later: (callBack: () => void) => void = afterAnswers,
): Claims {
  const held = new Set<unknown>()
  const questions = new Set<Question>()

  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    // Other versions of this code may use the channel: expect any message.
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

/** Decides between tabs that claim at once. Pages over plain HTTP have no `crypto.randomUUID`. */
function newTicket(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join()
}
