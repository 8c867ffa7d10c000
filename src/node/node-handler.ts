/**
 * The signer behind `node:http`, Express, Connect and everything else with their `(request, response)`.
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { maxBodySize, type SignerRequest, type SignerResponse } from '../protocol/index.ts'
import { signerPath } from '../signer/index.ts'
import { isReservedHeader } from '../signer/reserved-headers.ts'

/** The part of a signer that a face of it needs. */
export interface HandlesSignerRequests {
  handle(request: SignerRequest): Promise<SignerResponse>
}

export interface NodeHandlerOptions {
  /**
   * Path of the signer's base URL, for example `/api/uploads`. Behind a router that cuts it off the URL it may be left
   * out. @default ''
   */
  readonly basePath?: string
  /** How long the JSON body of one call may take to arrive, at most 256 KB. @default 60000 */
  readonly bodyTimeoutMs?: number
  /** For tests. */
  readonly effects?: { readonly after?: After }
}

/** Calls `run` once, after so long. @returns Takes that back. */
export type After = (delayMs: number, run: () => void) => () => void

const afterDelay: After = (delayMs, run) => {
  const timer = setTimeout(run, delayMs)
  return () => clearTimeout(timer)
}

export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => void

/**
 * @returns A listener for `http.createServer` or a middleware for a router. It reads the body itself, no more of it
 *   than the call may have: put it before any body parser.
 */
export function toNodeHandler(
  signer: HandlesSignerRequests,
  { basePath = '', bodyTimeoutMs = 60_000, effects = {} }: NodeHandlerOptions = {},
): NodeHandler {
  const { after = afterDelay } = effects
  const untilLate = (run: () => void) => after(bodyTimeoutMs, run)
  return (request, response) => {
    answer({ signer, basePath, untilLate }, request, response).catch(() => {
      // The caller went away in the middle of its request, or the socket broke: there is nobody to answer.
      response.destroy()
    })
  }
}

interface Face {
  readonly signer: HandlesSignerRequests
  readonly basePath: string
  /** Calls `run` when a body has had its time. @returns Takes that back. */
  readonly untilLate: (run: () => void) => () => void
}

async function answer(
  { signer, basePath, untilLate }: Face,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = parseTarget(request.url)
  const path = pathBelow(request, basePath)
  const body = await inTime(readBody(request, maxBodySize(path)), untilLate)
  const {
    status,
    headers,
    body: text,
  } = await signer.handle({
    method: request.method ?? 'GET',
    path,
    query: Object.fromEntries(url.searchParams),
    headers: plainHeaders(request),
    ...(body === LATE ? { bodyTimedOut: true } : body === undefined ? {} : { body }),
  })
  response.writeHead(status, {
    ...headers,
    ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(text) }),
    // What is left of a body that was too long is not read: the connection cannot be used again.
    ...(request.complete ? {} : { connection: 'close' }),
  })
  response.end(text)
}

/** Express and Connect cut what a handler is mounted at off `url`, and keep the whole in `originalUrl`. */
function pathBelow(request: IncomingMessage, basePath: string): string {
  const path = signerPath(parseTarget(request.url).pathname, basePath)
  const isOutside = path.startsWith('//')
  if (!isOutside || !('originalUrl' in request) || typeof request.originalUrl !== 'string') {
    return path
  }
  return signerPath(parseTarget(request.originalUrl).pathname, basePath)
}

/** The host is not ours to judge, and it may be anything: the URL is read against a fixed one. */
function parseTarget(target: string | undefined): URL {
  return new URL(`http://signer${originForm(target)}`)
}

/** A request line may hold a whole URL or `*`. */
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

/** @returns A body one byte too long when there is more than is allowed: the signer refuses it in its own words. */
async function readBody(request: IncomingMessage, most: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length
    if (size > most) return ' '.repeat(most + 1)
    chunks.push(chunk)
  }
  return size === 0 ? undefined : Buffer.concat(chunks).toString()
}

const LATE = Symbol('late')

/** A body that comes byte by byte must not keep its connection, and what has been read of it, for ever. */
async function inTime<T>(
  reading: Promise<T>,
  untilLate: Face['untilLate'],
): Promise<T | typeof LATE> {
  const late = Promise.withResolvers<typeof LATE>()
  const takeBack = untilLate(() => late.resolve(LATE))
  try {
    return await Promise.race([reading, late.promise])
  } finally {
    takeBack()
  }
}
