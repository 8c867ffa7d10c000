/**
 * Delivers events to the web servers that stand in for queues, topics and functions.
 *
 * Only whoever starts the server chooses the URLs. If a request could, anyone who may configure a
 * bucket could make this server send requests to other machines.
 *
 * @module
 */

import { setTimeout } from 'node:timers/promises'

/** The key for EventBridge in a map of webhooks. */
export const EVENT_BRIDGE = 'eventbridge'

/** URLs by ARN, or one URL for everything. `*` is for all other ARNs and for EventBridge. */
export type WebhookOption = string | Readonly<Record<string, string>>

/** Whoever may configure a bucket can name any number of ARNs. */
const MAX_MISSED = 100

export class Webhooks {
  readonly #urls: ReadonlyMap<string, URL>
  readonly #outboxes = new Map<string, Outbox>()
  readonly #warn: (message: string) => void
  readonly #missed = new Set<string>()

  /** @throws {TypeError} If a URL is invalid. */
  constructor(option: WebhookOption = {}, warn: (message: string) => void = () => {}) {
    const entries = typeof option === 'string' ? [['*', option] as const] : Object.entries(option)
    this.#urls = new Map(entries.map(([arn, url]) => [arn, webhookUrl(url)]))
    this.#warn = warn
  }

  /** Whether the webhook option lists this ARN. A listed ARN can have any format. */
  names(arn: string): boolean {
    return this.#urls.has(arn)
  }

  has(arn: string): boolean {
    return this.#urlOf(arn) !== undefined
  }

  #urlOf(arn: string): URL | undefined {
    return this.#urls.get(arn) ?? this.#urls.get('*')
  }

  /** Queues a message. Never waits for the receiver. */
  send(arn: string, message: object): void {
    const url = this.#urlOf(arn)
    if (url) this.#outboxOf(url).add(arn, JSON.stringify(message))
    else if (arn !== EVENT_BRIDGE) this.#warnOnce(arn)
  }

  #warnOnce(arn: string): void {
    if (this.#missed.has(arn) || this.#missed.size === MAX_MISSED) return
    this.#missed.add(arn)
    this.#warn(`events for ${arn} go nowhere: the option webhook has no URL for it`)
    if (this.#missed.size === MAX_MISSED) {
      this.#warn(`there are ${MAX_MISSED} such ARNs, so no more are logged`)
    }
  }

  #outboxOf(url: URL): Outbox {
    const outbox = this.#outboxes.get(url.href) ?? new Outbox(url, this.#warn)
    this.#outboxes.set(url.href, outbox)
    return outbox
  }

  /** Forgets all waiting messages. */
  discard(): void {
    for (const outbox of this.#outboxes.values()) outbox.discard()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#outboxes.values()].map((outbox) => outbox.close()))
  }
}

/**
 * @throws {TypeError} If the URL is invalid.
 */
export function webhookUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  // The message must not contain the URL, because it may have a secret.
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new TypeError('a webhook does not begin with http:// or https://')
  }
  if (url.username || url.password) {
    throw new TypeError('a webhook has a user name or a password, which are not supported')
  }
  return url
}

/** Bounds the memory that a receiver costs while it is down. */
const MAX_WAITING = 10_000
const ATTEMPT_MS = 10_000
const FIRST_DELAY_MS = 100
const MAX_DELAY_MS = 10_000

interface Message {
  readonly arn: string
  readonly body: string
}

/** Delivers the messages for one URL, one at a time and in order. */
class Outbox {
  readonly #url: URL
  readonly #warn: (message: string) => void
  #delivering = new AbortController()
  #isClosed = false
  #waiting: Message[] = []
  #running: Promise<void> | undefined
  #dropped = 0

  constructor(url: URL, warn: (message: string) => void) {
    this.#url = url
    this.#warn = warn
  }

  add(arn: string, body: string): void {
    if (this.#waiting.length >= MAX_WAITING) {
      if (this.#dropped === 0) {
        this.#warn(`${this.#place}: ${MAX_WAITING} events are waiting, new ones are dropped`)
      }
      this.#dropped += 1
      return
    }
    this.#waiting.push({ arn, body })
    this.#running ??= this.#run()
  }

  /** Path and query may be secret. */
  get #place(): string {
    return `the webhook at ${this.#url.origin}`
  }

  async #run(): Promise<void> {
    for (;;) {
      const [message] = this.#waiting
      if (!message || this.#isClosed) break
      const waiting = this.#waiting
      await this.#deliver(message, this.#delivering.signal)
      waiting.shift()
    }
    if (this.#dropped > 0) this.#warn(`${this.#place}: ${this.#dropped} events were dropped`)
    this.#dropped = 0
    this.#running = undefined
  }

  /** Retries until the receiver takes or refuses the message, or the server closes. */
  async #deliver(message: Message, signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      const failure = await this.#attempt(message, signal)
      if (!failure || signal.aborted) return
      if (!failure.isPassing) {
        this.#warn(`${this.#place} refused an event with ${failure.reason}, so it is dropped`)
        return
      }
      if (attempt === 0)
        this.#warn(`${this.#place}: ${failure.reason}; events wait and are retried`)
      const delayMs = Math.min(FIRST_DELAY_MS * 2 ** attempt, MAX_DELAY_MS)
      await setTimeout(delayMs, undefined, { signal, ref: false }).catch(() => {})
    }
  }

  async #attempt({ arn, body }: Message, ended: AbortSignal): Promise<Failure | undefined> {
    const signal = AbortSignal.any([ended, AbortSignal.timeout(ATTEMPT_MS)])
    const headers = { 'content-type': 'application/json', 'x-strict-s3-destination': arn }
    const init = { method: 'POST', headers, body, redirect: 'manual', signal } as const
    try {
      const { ok, status, body: answer } = await fetch(this.#url, init)
      // Reading to the end lets the connection be used again.
      for await (const _ of answer ?? []);
      return ok ? undefined : { reason: `status ${status}`, isPassing: isPassing(status) }
    } catch (error) {
      return { reason: reasonOf(error), isPassing: true }
    }
  }

  discard(): void {
    this.#waiting = []
    this.#dropped = 0
    this.#delivering.abort()
    this.#delivering = new AbortController()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#delivering.abort()
    const left = this.#waiting.length
    await this.#running
    if (left > 0) this.#warn(`${this.#place}: ${left} events were not delivered before the end`)
  }
}

interface Failure {
  readonly reason: string
  /** Whether a later attempt can succeed. */
  readonly isPassing: boolean
}

function isPassing(status: number): boolean {
  return status >= 500 || status === 408 || status === 429
}

/** The message of an error could contain the URL, so only its code or name is used. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  if (typeof cause === 'object' && cause !== null && 'code' in cause && cause.code) {
    return String(cause.code)
  }
  return error instanceof Error ? error.name : 'failed'
}
