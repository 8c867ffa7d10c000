/**
 * Connects the signer to `node:http`, Express, Connect and any other framework whose handlers
 * accept `(request, response)`.
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { maxBodySize } from '../protocol/message-limits.ts'
import type { UploadRules } from '../protocol/upload-rule.ts'
import type { Signer } from '../signer/create-signer.ts'
import { isReservedHeader, signerPath } from '../signer/fetch-handler.ts'

/** Options for `toNodeHandler`. */
export interface NodeHandlerOptions<Context = unknown> {
  /**
   * The path of the signer's base URL, such as `/api/uploads`. Omit it behind a router that strips
   * the mount path from the URL.
   * @default ''
   */
  readonly basePath?: string
  /**
   * Returns the `context` for `authorize`, `accept`, `key` and `onComplete`, such as the session
   * that an earlier middleware attached to the request. May be async.
   * @default - `undefined`
   */
  readonly context?: (
    request: IncomingMessage,
    response: ServerResponse,
  ) => Context | Promise<Context>
  /**
   * Time limit in milliseconds for receiving a call's JSON body, which can be up to 256 KB long.
   * @default 60000
   */
  readonly bodyTimeoutMs?: number
  /**
   * Called when the handler itself fails. The response is then a 500 `INTERNAL_ERROR` with the same
   * `id`. Not called if the caller closed the connection.
   * @default console.error
   */
  readonly onError?: (error: unknown, call: { readonly id: string }) => void
  /** For tests: replaces the timer. */
  readonly effects?: { readonly after?: After }
}

/** Calls `run` once after a delay. Returns a function that cancels the call. */
type After = (delayMs: number, run: () => void) => () => void

const afterDelay: After = (delayMs, run) => {
  const timer = setTimeout(run, delayMs)
  return () => clearTimeout(timer)
}

/** A request listener for `http.createServer`. Also works as Express or Connect middleware. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => void

/**
 * Turns a signer into a `node:http` listener or middleware.
 *
 * The handler reads the request body itself, up to the size limit. If a body parser ran earlier,
 * the handler uses its `request.body` instead.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http'
 *
 * createServer(toNodeHandler(signer, { basePath: '/api/uploads' })).listen(3000)
 * ```
 */
export function toNodeHandler<Context>(
  signer: Pick<Signer<UploadRules, Context>, 'handle'>,
  options: NodeHandlerOptions<Context> = {},
): NodeHandler {
  const { basePath = '', bodyTimeoutMs = 60_000, effects = {}, onError = console.error } = options
  const { context = () => undefined } = options
  const { after = afterDelay } = effects
  const untilLate: Face['untilLate'] = (run) => after(bodyTimeoutMs, run)
  return (request, response) => {
    answer({ signer, basePath, untilLate, context }, request, response).catch((error: unknown) => {
      // The caller has closed the connection, the socket failed, or a response is already under
      // way.
      if (request.socket.destroyed || response.headersSent) return response.destroy()
      const id = crypto.randomUUID()
      onError(error, { id })
      return answerFailure(response, id)
    })
  }
}

/** Not built with `UploadError`, because that class and its error table would bloat the bundle. */
const FAILURE = { code: 'INTERNAL_ERROR', message: 'the handler of the signer failed' } as const

function answerFailure(response: ServerResponse, id: string): void {
  response.writeHead(500, { 'content-type': 'application/json', connection: 'close' })
  response.end(JSON.stringify({ error: { ...FAILURE, id } }))
}

interface Face {
  readonly signer: Pick<Signer, 'handle'>
  readonly basePath: string
  readonly untilLate: (run: () => void) => () => void
  readonly context: (request: IncomingMessage, response: ServerResponse) => unknown
}

async function answer(
  { signer, basePath, untilLate, context }: Face,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = parseTarget(request.url)
  const path = pathBelow(request, url, basePath)
  // Do not read the body at the same time: if both failed, one rejection would be unhandled and end
  // the process.
  const given = await context(request, response)
  const body = await readBody(request, maxBodySize(path), untilLate)
  const {
    status,
    headers,
    body: text,
  } = await signer.handle(
    {
      method: request.method ?? 'GET',
      path,
      query: url.search === '' ? {} : Object.fromEntries(url.searchParams),
      headers: plainHeaders(request),
      ...(body === LATE ? { bodyTimedOut: true } : body === undefined ? {} : { body }),
    },
    ...(given === undefined ? [] : [{ context: given }]),
  )
  const length = Buffer.byteLength(text)
  response.writeHead(status, {
    ...headers,
    ...(status === 204 ? {} : { 'content-length': length }),
    // The rest of an oversized body is not read, so the connection cannot be reused.
    ...(request.complete ? {} : { connection: 'close' }),
  })
  // Equal byte and character counts mean that the text is ASCII. Node copies `latin1` without
  // encoding it.
  response.end(text, length === text.length ? 'latin1' : 'utf8')
}

/** Express and Connect strip the mount path from `url`, but keep it in `originalUrl`. */
function pathBelow(request: IncomingMessage, { pathname }: URL, basePath: string): string {
  const path = signerPath(pathname, basePath)
  const isOutside = path.startsWith('//')
  if (!isOutside || !('originalUrl' in request) || typeof request.originalUrl !== 'string') {
    return path
  }
  return signerPath(parseTarget(request.originalUrl).pathname, basePath)
}

/** The host is a placeholder because the `Host` header may be invalid. */
function parseTarget(target: string | undefined): URL {
  return new URL(`http://signer${originForm(target)}`)
}

/** A request target can also be a complete URL or `*`. */
function originForm(target = '/'): string {
  if (target.startsWith('/')) return target
  return URL.canParse(target) ? new URL(target).pathname + new URL(target).search : '/'
}

function plainHeaders({ headers }: IncomingMessage): Record<string, string> {
  const plain: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || isReservedHeader(name)) continue
    plain[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return plain
}

const LATE = Symbol('late')

/**
 * Reads a request's body as UTF-8. If a body parser has already read it, returns the parser's
 * result as text.
 *
 * Without limits on its size and time, a body that never ends could tie up a connection and its
 * memory forever. If it is too long or late, the rest stays unread, so the connection cannot be
 * reused.
 *
 * @param most - Maximum size in bytes.
 * @returns The body, or `undefined` if the request has none. `LATE` if the body did not arrive in
 *   time. If it is too long, a string one character over the limit, which the signer rejects with
 *   its own error.
 */
async function readBody(
  request: IncomingMessage,
  most: number,
  untilLate: Face['untilLate'],
): Promise<string | undefined | typeof LATE> {
  if (request.readableEnded && 'body' in request) return unparsed(request.body)
  // A short body usually arrives with the headers, so there is nothing to wait for.
  if (request.complete) return textUpTo(most, request.read())
  const late = Promise.withResolvers<typeof LATE>()
  const cancel = untilLate(() => late.resolve(LATE))
  try {
    return await Promise.race([readUpTo(request, most), late.promise])
  } finally {
    cancel()
  }
}

async function readUpTo(request: IncomingMessage, most: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk)
    size += chunk.length
    if (size > most) break
  }
  return textUpTo(most, Buffer.concat(chunks))
}

function textUpTo(most: number, bytes: Buffer | null): string | undefined {
  if (!bytes?.length) return undefined
  return bytes.length > most ? ' '.repeat(most + 1) : bytes.toString()
}

function unparsed(body: unknown): string | undefined {
  if (typeof body === 'string') return body
  return Buffer.isBuffer(body) ? body.toString() : JSON.stringify(body)
}
