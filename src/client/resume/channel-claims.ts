/**
 * Claims on resume records between the tabs of a browser without Web Locks: pages over plain HTTP
 * have none. Imported only there.
 *
 * A tab asks the others, and holds what no other answers for. So a claim ends with its tab, however
 * it goes, and a reloaded page has its record at once. A tab that the browser has frozen does not
 * answer: another may then go on with its upload. Both send the bytes of the same file to the same
 * upload, and completing it twice is the same as once.
 *
 * @see https://html.spec.whatwg.org/multipage/web-messaging.html
 * @module
 */

import type { ResumeStore } from './resume-record.ts'

/** Answers of other tabs take some milliseconds; a busy one has its turn within this. */
const ANSWER_MS = 300

/** What tabs tell each other. */
type Message =
  /** Who holds the record? A tab that claims it has a ticket; one that only looks has none. */
  { readonly ask: string; readonly ticket?: string } | { readonly held: string }

interface Question {
  readonly ticket?: string
  /** Another tab holds the record, or claims it at the same time with a lower ticket. */
  readonly refuse: () => void
}

type Claims = Required<Pick<ResumeStore, 'claim' | 'isClaimed'>>

const ofThisPage = new Map<string, Claims>()

/** Returns the claims of this page; all uploaders of it share them. */
export function channelClaims(name: string): Claims {
  const claims = ofThisPage.get(name) ?? claimsOver(new BroadcastChannel(name))
  ofThisPage.set(name, claims)
  return claims
}

/**
 * Makes the claims of one tab from its end of the channel.
 *
 * @param later - Calls back when other tabs had time to answer, unless what it returns is called.
 */
export function claimsOver(
  channel: BroadcastChannel,
  later: (callBack: () => void) => () => void = afterAnswers,
): Claims {
  const held = new Set<string>()
  const questions = new Map<string, Set<Question>>()

  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (!isMessage(data)) return
    if ('held' in data) return refuse(data.held)
    const { ask: id, ticket } = data
    if (held.has(id)) return channel.postMessage({ held: id })
    if (ticket !== undefined) refuse(id, (own) => own !== undefined && ticket < own)
  })

  /** Refuses the questions of this tab, or those whose ticket loses. */
  function refuse(id: string, loses: (ticket: string | undefined) => boolean = () => true): void {
    for (const question of questions.get(id) ?? []) if (loses(question.ticket)) question.refuse()
  }

  /** @returns Whether another tab has refused. */
  async function isRefused(id: string, ticket?: string): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const question = { refuse: () => resolve(true), ...(ticket === undefined ? {} : { ticket }) }
    const asked = questions.get(id) ?? new Set()
    questions.set(id, asked.add(question))
    channel.postMessage({ ask: id, ...(ticket === undefined ? {} : { ticket }) })
    const stop = later(() => resolve(false))
    try {
      return await promise
    } finally {
      stop()
      asked.delete(question)
    }
  }

  return {
    claim: async (id) => {
      if (held.has(id) || isAskedFor(questions.get(id))) return undefined
      if (await isRefused(id, newTicket())) return undefined
      held.add(id)
      return () => void held.delete(id)
    },
    isClaimed: async (id) => held.has(id) || isRefused(id),
  }
}

function afterAnswers(callBack: () => void): () => void {
  const timer = setTimeout(callBack, ANSWER_MS)
  return () => clearTimeout(timer)
}

/** Whether an upload of this page claims the record at this moment. */
function isAskedFor(questions: ReadonlySet<Question> = new Set()): boolean {
  return [...questions].some(({ ticket }) => ticket !== undefined)
}

/**
 * Tabs that claim at the same time compare tickets; `crypto.randomUUID` is missing where this runs.
 */
function newTicket(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join()
}

/** Other versions of this code may use the channel. */
function isMessage(data: unknown): data is Message {
  if (typeof data !== 'object' || data === null) return false
  if ('held' in data) return typeof data.held === 'string'
  if (!('ask' in data) || typeof data.ask !== 'string') return false
  return !('ticket' in data) || typeof data.ticket === 'string'
}
