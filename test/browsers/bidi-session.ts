/**
 * WebDriver BiDi, as much of it as the tests need: a command, its answer, over one WebSocket.
 *
 * @see https://w3c.github.io/webdriver-bidi/
 * @module
 */

import { once } from 'node:events'
import { withinBound } from './driven-browser.ts'

interface Pending {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
}

/** A connection to a browser that speaks BiDi itself. */
export class BidiSession {
  #id = 0
  readonly #socket: WebSocket
  readonly #pending = new Map<number, Pending>()

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => this.#receive(JSON.parse(String(data))))
    socket.addEventListener('close', () => {
      for (const { reject } of this.#pending.values()) reject(new Error('the browser has ended'))
      this.#pending.clear()
    })
  }

  static async connect(url: string): Promise<BidiSession> {
    const socket = new WebSocket(url)
    await withinBound(`the connection to ${url}`, once(socket, 'open'))
    return new BidiSession(socket)
  }

  /** @throws {Error} What the browser answered to it. */
  send(method: string, params: object): Promise<unknown> {
    this.#id += 1
    const id = this.#id
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject })
    })
    this.#socket.send(JSON.stringify({ id, method, params }))
    return withinBound(method, answer)
  }

  close(): void {
    this.#socket.close()
  }

  #receive(message: {
    readonly id?: number | null
    readonly result?: unknown
    readonly error?: string
    readonly message?: string
  }): void {
    const pending = this.#pending.get(message.id ?? 0)
    if (!pending) return // an event
    this.#pending.delete(message.id ?? 0)
    if (message.error === undefined) pending.resolve(message.result)
    else pending.reject(new Error(`${message.error}: ${message.message}`))
  }
}
