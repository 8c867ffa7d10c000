/**
 * Reads the body of a call from `node:http`, with limits on size and time.
 *
 * Express, Connect and Node set neither. Without limits, a body that never ends or trickles in byte
 * by byte would tie up its connection and memory forever.
 *
 * @module
 */

import type { IncomingMessage } from 'node:http'

/**
 * Calls `run` once after `delayMs` milliseconds.
 *
 * @returns A function that cancels the call.
 */
export type After = (delayMs: number, run: () => void) => () => void

/** `After` with the platform's timer. */
export const afterDelay: After = (delayMs, run) => {
  const timer = setTimeout(run, delayMs)
  return () => clearTimeout(timer)
}

/** Calls `run` once the time for a body is over. Returns a function that cancels the call. */
export type UntilLate = (run: () => void) => () => void

/** Returned for a body that did not arrive in time. */
export const LATE = Symbol('late')

/**
 * Reads the body of a request as UTF-8, or takes it from an earlier body parser.
 *
 * The rest of a body that is too long or late is not read: the connection cannot be reused.
 *
 * @param most - Maximum size in bytes.
 * @returns `undefined` if there is none. If it is too long, one character more than allowed, so
 *   that the signer refuses it with its own error. `LATE` if it did not arrive in time.
 */
export async function readBody(
  request: IncomingMessage,
  most: number,
  untilLate: UntilLate,
): Promise<string | undefined | typeof LATE> {
  if (request.readableEnded && 'body' in request) return unparsed(request.body)
  // A short body arrives with the headers: there is nothing to wait for.
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

/** @param bytes - `null` if the stream has none. */
function textUpTo(most: number, bytes: Buffer | null): string | undefined {
  if (!bytes?.length) return undefined
  return bytes.length > most ? ' '.repeat(most + 1) : bytes.toString()
}

/** The body from an earlier parser: a JSON value, a string, or bytes. */
function unparsed(body: unknown): string | undefined {
  if (typeof body === 'string') return body
  return Buffer.isBuffer(body) ? body.toString() : JSON.stringify(body)
}
