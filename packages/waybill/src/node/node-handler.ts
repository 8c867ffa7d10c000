/**
 * Connects the signer to `node:http`, Express, Connect and all others that call `(request,
 * response)`.
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { maxBodySize } from '../protocol/signer-request.ts'
import type { UploadRules } from '../protocol/upload-rule.ts'
import type { Signer } from '../signer/create-signer.ts'
import { isReservedHeader } from '../signer/reserved-headers.ts'
import { signerPath } from '../signer/signer-path.ts'
import { type After, afterDelay, LATE, readBody, type UntilLate } from './request-body.ts'

/** Options of `toNodeHandler`. */
export interface NodeHandlerOptions<Context = unknown> {
  /**
   * Path of the signer's base URL, for example `/api/uploads`. Not needed behind a router that
   * removes it from the URL.
   *
   * @default ''
   */
  readonly basePath?: string
  /**
   * Makes what `authorize`, `accept`, `key` and `onComplete` get as `context`, such as the session
   * that an earlier middleware has put on the request. It may be async.
   * @default - `undefined`
   */
  readonly context?: (
    request: IncomingMessage,
    response: ServerResponse,
  ) => Context | Promise<Context>
  /**
   * Milliseconds in which the JSON body of a call (at most 256 KB) must arrive.
   * @default 60000
   */
  readonly bodyTimeoutMs?: number
  /**
   * Gets failures of the handler itself, which the caller sees as 500 `INTERNAL_ERROR`. It does not
   * hear of connections that the caller closed. The `id` is in the response too.
   * @default console.error
   */
  readonly onError?: (error: unknown, call: { readonly id: string }) => void
  /** For tests: replaces the timer. */
  readonly effects?: { readonly after?: After }
}

/** A listener for `http.createServer`, or a middleware. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => void

/**
 * Makes a `node:http` listener or a middleware from a signer.
 *
 * It reads the body itself, and only as much as a call may send. After a body parser it takes what
 * that has left in `request.body`.
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
  const untilLate: UntilLate = (run) => after(bodyTimeoutMs, run)
  return (request, response) => {
    answer({ signer, basePath, untilLate, context }, request, response).catch((error: unknown) => {
      // The caller closed the connection during its request, or the socket failed: no response is
      // possible.
      if (request.socket.destroyed || response.headersSent) return response.destroy()
      const id = crypto.randomUUID()
      onError(error, { id })
      return answerFailure(response, id)
    })
  }
}

/** What `UploadError` says on the wire; its whole table would be a third of this room's bundle. */
const FAILURE = { code: 'INTERNAL_ERROR', message: 'the handler of the signer failed' } as const

function answerFailure(response: ServerResponse, id: string): void {
  response.writeHead(500, { 'content-type': 'application/json', connection: 'close' })
  response.end(JSON.stringify({ error: { ...FAILURE, id } }))
}

interface Face {
  readonly signer: Pick<Signer, 'handle'>
  readonly basePath: string
  readonly untilLate: UntilLate
  readonly context: (request: IncomingMessage, response: ServerResponse) => unknown
}

async function answer(
  { signer, basePath, untilLate, context }: Face,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = parseTarget(request.url)
  const path = pathBelow(request, url, basePath)
  // A promise that rejects without a handler would end the process.
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
    // The rest of a body that was too long is not read, so the connection cannot be used again.
    ...(request.complete ? {} : { connection: 'close' }),
  })
  // As many bytes as characters: all are ASCII, which Node copies without encoding it.
  response.end(text, length === text.length ? 'latin1' : 'utf8')
}

/**
 * Express and Connect remove the mount path of a handler from `url`; `originalUrl` is the whole.
 */
function pathBelow(request: IncomingMessage, { pathname }: URL, basePath: string): string {
  const path = signerPath(pathname, basePath)
  const isOutside = path.startsWith('//')
  if (!isOutside || !('originalUrl' in request) || typeof request.originalUrl !== 'string') {
    return path
  }
  return signerPath(parseTarget(request.originalUrl).pathname, basePath)
}

/** Only path and query are used. The `Host` header may be invalid, so the URL gets a fixed host. */
function parseTarget(target: string | undefined): URL {
  return new URL(`http://signer${originForm(target)}`)
}

/** The target of a request line may also be a whole URL or `*`. */
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
