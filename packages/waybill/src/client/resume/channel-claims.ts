/**
 * Coordinates claims on resume records between tabs without Web Locks, which pages loaded over
 * plain HTTP do not have.
 *
 * A tab asks the other tabs, and holds a record if none of them objects. A claim therefore ends
 * when its tab closes, and a reloaded page can claim its record again immediately. A tab that the
 * browser has frozen does not answer, so another tab may resume its upload. Both tabs then send the
 * same file to the same upload, and the second completion changes nothing.
 *
 * @see https://html.spec.whatwg.org/multipage/web-messaging.html
 * @module
 */

import type { ResumeStore } from './resume-record.ts'

/** How long other tabs have to answer. They need a few milliseconds, or longer when busy. */
const ANSWER_MS = 300

interface Question {
  readonly id: string
  /** Random for a claim. Empty for a lookup, so that no other tab's ticket is lower. */
  readonly ticket: string
  /** Called if another tab holds the record, or is claiming it with a lower ticket. */
  readonly refuse: () => void
}

type Claims = Required<Pick<ResumeStore, 'claim' | 'isClaimed'>>

const ofThisPage = new Map<string, Claims>()

/** Returns the page's claims, which all its uploaders share. */
export function channelClaims(name: string): Claims {
  const claims = ofThisPage.get(name) ?? claimsOver(new BroadcastChannel(name))
  ofThisPage.set(name, claims)
  return claims
}

/** @param later - Calls back once the other tabs have had time to answer. */
export function claimsOver(
  channel: BroadcastChannel,
  later: (callBack: () => void) => void = afterAnswers,
): Claims {
  const held = new Set<unknown>()
  const questions = new Set<Question>()

  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    // A message can contain anything, because other versions of this code may use the channel.
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
 * Creates a random ticket, which decides between tabs that claim a record at the same time. Pages
 * loaded over plain HTTP have no `crypto.randomUUID`.
 */
function newTicket(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join()
}
