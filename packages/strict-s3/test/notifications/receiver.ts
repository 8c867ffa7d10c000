/**
 * A web server that receives events, and answers as the test says.
 *
 * @module
 */

import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'

export interface Delivery {
  readonly arn: string
  readonly message: Message
}

export interface Message {
  readonly Event?: string
  readonly Records?: readonly S3Record[]
  readonly 'detail-type'?: string
  readonly detail?: unknown
}

export interface S3Record {
  readonly eventName: string
  readonly eventVersion: string
  readonly s3: {
    readonly configurationId: string
    readonly object: { readonly key: string; readonly sequencer?: string }
  }
}

/** A status, or `silence` for a receiver that never answers. */
export type Answer = number | 'silence'

export class Receiver {
  readonly url: string
  readonly #server: Server
  readonly #arrived: Delivery[] = []
  #wake = () => {}
  /** Every attempt, with the answer that it got. */
  readonly attempts: Answer[] = []
  /** The answers to the next attempts. After them, each gets 200. */
  readonly answers: Answer[] = []

  private constructor(server: Server, port: number) {
    this.#server = server
    this.url = `http://127.0.0.1:${port}/events?token=hidden`
    server.on('request', async (request, response) => {
      const delivery = await read(request)
      const answer = this.answers.shift() ?? 200
      this.attempts.push(answer)
      if (answer === 200) this.#arrived.push(delivery)
      this.#wake()
      if (answer === 'silence') return
      const location = answer >= 300 && answer < 400 ? { location: '/elsewhere' } : {}
      response.writeHead(answer, location).end('ok')
    })
  }

  static async start(port = 0): Promise<Receiver> {
    const server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (typeof address !== 'object' || !address) throw new Error('no address')
    return new Receiver(server, address.port)
  }

  get port(): number {
    return Number(new URL(this.url).port)
  }

  /** Waits for the next delivery that is not a test message. */
  async next(): Promise<Delivery> {
    for (;;) {
      const delivery = await this.any()
      if (delivery.message.Event !== 's3:TestEvent') return delivery
    }
  }

  /** Waits for the next delivery. */
  async any(): Promise<Delivery> {
    for (;;) {
      const delivery = this.#arrived.shift()
      if (delivery) return delivery
      await this.#changed()
    }
  }

  async attempted(count: number): Promise<void> {
    while (this.attempts.length < count) await this.#changed()
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }
}

async function read(request: IncomingMessage): Promise<Delivery> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return { arn: String(request.headers['x-strict-s3-destination']), message: JSON.parse(text) }
}
