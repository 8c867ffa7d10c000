/**
 * `/_admin`: lets programs in any language set faults, move the clock, reset the server and list
 * recent requests. No bucket can have this name.
 *
 * @module
 */

import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { MovableClock } from '../buckets/clock.ts'
import type { Faults } from '../faults/fault-rules.ts'
import { receivedText } from '../message/refusal.ts'
import { virtualBucket } from '../message/request.ts'
import type { RequestEntry } from './log.ts'

export interface AdminOptions {
  readonly key: string
  readonly faults: Faults
  readonly clock: MovableClock
  readonly reset: () => Promise<void>
}

/** The size limit in bytes of a request body. */
const MAX_BODY = 1024 * 1024

const KEPT_REQUESTS = 1000

/** The limit of all kept requests in characters of JSON. URLs and headers can be long. */
const KEPT_LENGTH = 2 * 1024 * 1024

class AdminError extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

export class Admin {
  readonly #keyHash: Buffer
  readonly #faults: Faults
  readonly #clock: MovableClock
  readonly #reset: () => Promise<void>
  /** Each as JSON, because an entry's texts can be parts of a longer one, which they would keep. */
  #requests: string[] = []
  #length = 0

  constructor({ key, faults, clock, reset }: AdminOptions) {
    this.#keyHash = sha256(key)
    this.#faults = faults
    this.#clock = clock
    this.#reset = reset
  }

  /** Keeps the entries of the latest requests. */
  record(entry: RequestEntry): void {
    const json = JSON.stringify(entry)
    this.#requests.push(json)
    this.#length += json.length
    while (this.#requests.length > KEPT_REQUESTS || this.#length > KEPT_LENGTH) {
      this.#length -= this.#requests.shift()?.length ?? 0
    }
  }

  /** @param addressedHere - Whether the Host header is one of this server's names. */
  async serve(
    message: IncomingMessage,
    response: ServerResponse,
    addressedHere: boolean,
  ): Promise<void> {
    try {
      if (!addressedHere) {
        throw new AdminError(403, 'FOREIGN_HOST', 'the Host is not a name of this server')
      }
      this.#authorize(message)
      sendJson(response, 200, await this.#perform(message))
    } catch (error) {
      const { status, code } =
        error instanceof AdminError ? error : { status: 500, code: 'INTERNAL_ERROR' }
      if (status === 401) response.setHeader('www-authenticate', 'Bearer')
      const text = error instanceof Error ? error.message : String(error)
      sendJson(response, status, { error: { code, message: text } })
    } finally {
      message.resume()
    }
  }

  #authorize({ headers }: IncomingMessage): void {
    const site = headers['sec-fetch-site'] ?? 'none'
    if (headers.origin !== undefined || site !== 'none') {
      throw new AdminError(403, 'FOREIGN_PAGE', 'web pages may not use /_admin, only programs')
    }
    const [, given = ''] = /^bearer (.+)$/i.exec(headers.authorization ?? '') ?? []
    if (timingSafeEqual(sha256(given), this.#keyHash)) return
    const what = given === '' ? 'is missing' : 'has another key'
    throw new AdminError(
      401,
      'UNAUTHORIZED',
      `the Authorization header ${what}, expected 'Bearer' and the admin key of this server`,
    )
  }

  async #perform(message: IncomingMessage): Promise<unknown> {
    const path = (message.url ?? '').split('?')[0]
    const operation = `${message.method} ${path}`
    switch (operation) {
      case 'GET /_admin/faults':
        return { faults: this.#faults.active }
      case 'PUT /_admin/faults':
        await applyJson(message, 'FAULTS_INVALID', (rules) => this.#faults.set(rules))
        return { faults: this.#faults.active }
      case 'DELETE /_admin/faults':
        this.#faults.set([])
        return { faults: [] }
      case 'GET /_admin/clock':
        return this.#time
      case 'PUT /_admin/clock':
        await applyJson(message, 'CLOCK_INVALID', (setting) => this.#clock.move(setting))
        return this.#time
      case 'DELETE /_admin/clock':
        this.#clock.offsetMs = 0
        return this.#time
      case 'GET /_admin/requests':
        return { requests: this.#requests.map((each): unknown => JSON.parse(each)) }
      case 'POST /_admin/reset':
        await this.#reset()
        this.#requests = []
        this.#length = 0
        return {}
      default:
        throw new AdminError(
          404,
          'NOT_FOUND',
          `there is no ${receivedText(operation)}, only GET, PUT and DELETE /_admin/faults and /_admin/clock, GET /_admin/requests and POST /_admin/reset`,
        )
    }
  }

  get #time() {
    return { now: this.#clock.now(), offsetMs: this.#clock.offsetMs }
  }
}

/** In a bucket's own host, `/_admin` is the beginning of a key. */
export function isAdminPath({ url = '', headers }: IncomingMessage, domains: readonly string[]) {
  return /^\/_admin(?:[/?]|$)/.test(url) && virtualBucket(headers.host ?? '', domains) === undefined
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** @param code - The error's code if `apply` throws a `TypeError`. */
async function applyJson(
  message: IncomingMessage,
  code: string,
  apply: (value: unknown) => void,
): Promise<void> {
  const value = await readJson(message)
  try {
    apply(value)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new AdminError(400, code, error.message)
  }
}

/** @returns `undefined` if there is no body. */
async function readJson(message: IncomingMessage): Promise<unknown> {
  const { 'content-length': length, 'transfer-encoding': encoding } = message.headers
  if (Number(length ?? (encoding ? Number.POSITIVE_INFINITY : 0)) > MAX_BODY) {
    throw new AdminError(413, 'BODY_TOO_LARGE', `Content-Length must be at most ${MAX_BODY}`)
  }
  const body = (await buffer(message)).toString()
  try {
    return body === '' ? undefined : JSON.parse(body)
  } catch {
    throw new AdminError(400, 'BODY_INVALID', 'the body is not JSON')
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = `${JSON.stringify(value)}\n`
  const length = { 'content-length': Buffer.byteLength(body) }
  response.writeHead(status, { 'content-type': 'application/json', ...length })
  response.end(body)
}
