/**
 * Reads the body of a `node:http` request, with limits on its size and on the time it takes to
 * arrive. Without them, a body that never ends could tie up a connection and its memory forever.
 *
 * @module
 */

import type { IncomingMessage } from 'node:http'

/** Calls `run` once after a delay. Returns a function that cancels the call. */
export type After = (delayMs: number, run: () => void) => () => void

export const afterDelay: After = (delayMs, run) => {
  const timer = setTimeout(run, delayMs)
  return () => clearTimeout(timer)
}

export type UntilLate = (run: () => void) => () => void

export const LATE = Symbol('late')

/**
 * Reads a request's body as UTF-8. If a body parser has already read it, returns the parser's
 * result as text.
 *
 * If the body is too long or late, the rest stays unread, so the connection cannot be reused.
 *
 * @param most - Maximum size in bytes.
 * @returns The body, or `undefined` if the request has none. `LATE` if the body did not arrive in
 *   time. If it is too long, a string one character over the limit, which the signer rejects with
 *   its own error.
 */
export async function readBody(
  request: IncomingMessage,
  most: number,
  untilLate: UntilLate,
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
