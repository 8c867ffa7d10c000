/**
 * Reads the body of a call from `node:http`, with limits on its size and on the time it takes.
 *
 * Express, Connect and Node set no such limits. Without them, a body that never ends or that
 * arrives byte by byte would tie up its connection and memory forever.
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

/** Calls `run` when the time limit for a body has passed. Returns a function that cancels this. */
export type UntilLate = (run: () => void) => () => void

/** Returned for a body that did not arrive in time. */
export const LATE = Symbol('late')

/**
 * Reads the body of a request as UTF-8, or takes it from an earlier body parser.
 *
 * If the body is too long or too late, the rest of it is not read, so the connection cannot be
 * reused.
 *
 * @param most - Maximum size in bytes.
 * @returns The body, or `undefined` if the request has none. If the body is too long, a string with
 *   one character more than allowed, so that the signer rejects it with its own error. `LATE` if
 *   the body did not arrive in time.
 */
export async function readBody(
  request: IncomingMessage,
  most: number,
  untilLate: UntilLate,
): Promise<string | undefined | typeof LATE> {
  if (request.readableEnded && 'body' in request) return unparsed(request.body)
  // A short body arrives with the headers, so there is nothing to wait for.
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

/** @param bytes - `null` if the stream was empty. */
function textUpTo(most: number, bytes: Buffer | null): string | undefined {
  if (!bytes?.length) return undefined
  return bytes.length > most ? ' '.repeat(most + 1) : bytes.toString()
}

/** Returns the text of a parsed body, which can be a JSON value, a string or bytes. */
function unparsed(body: unknown): string | undefined {
  if (typeof body === 'string') return body
  return Buffer.isBuffer(body) ? body.toString() : JSON.stringify(body)
}
