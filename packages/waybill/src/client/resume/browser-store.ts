/**
 * Stores resume records in IndexedDB, the default in browsers. Claims use Web Locks or, on pages
 * loaded over plain HTTP, a `BroadcastChannel`.
 *
 * @module
 */

import { createStore, del, get, set, type UseStore, values } from 'idb-keyval'
import { isResumeRecord, type ResumeStore } from './resume-record.ts'

export function idbResumeStore(name = 'waybill'): Required<ResumeStore> {
  let opened: UseStore | undefined
  const store = () => {
    opened ??= createStore(name, 'resume-records')
    return opened
  }
  return {
    read: async (id) => {
      const record: unknown = await get(id, store())
      return isResumeRecord(record) ? record : undefined
    },
    write: (record) => set(record.id, record, store()),
    remove: (id) => del(id, store()),
    list: async () => (await values<unknown>(store())).filter(isResumeRecord),
    claim: async (id) => claimsFor(name).claim(id),
    isClaimed: async (id) => claimsFor(name).isClaimed(id),
  }
}

type Claims = Required<Pick<ResumeStore, 'claim' | 'isClaimed'>>

function claimsFor(name: string): Claims {
  if (!navigator.locks) return channelClaims(name)
  return {
    claim: (id) => claimByWebLock(`${name}:${id}`),
    isClaimed: (id) => isWebLockHeld(`${name}:${id}`),
  }
}

/** The browser releases the lock when the tab closes or crashes. */
function claimByWebLock(name: string): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (!lock) return resolve(undefined)
        return new Promise<void>((giveBack) => resolve(giveBack))
      })
      .catch(reject)
  })
}

async function isWebLockHeld(name: string): Promise<boolean> {
  const { held = [] } = await navigator.locks.query()
  return held.some((lock) => lock.name === name)
}

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

const ofThisPage = new Map<string, Claims>()

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
 */
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
