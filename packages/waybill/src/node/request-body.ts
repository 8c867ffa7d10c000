/**
 * Reads the body of a call from `node:http`: up to a size, within a time.
 *
 * Express, Connect and Node limit neither. Without limits, a body that is endless or comes byte by
 * byte would hold its connection and memory for ever.
 *
 * @module
 */

import type { IncomingMessage } from 'node:http'

/**
 * Calls `run` once, after `delayMs` milliseconds.
 *
 * @returns A function that cancels the call.
 */
export type After = (delayMs: number, run: () => void) => () => void

/** `After` with the timer of the platform. */
export const afterDelay: After = (delayMs, run) => {
  const timer = setTimeout(run, delayMs)
  return () => clearTimeout(timer)
}

/** Calls `run` when the time for a body is over. Returns a function that cancels the call. */
export type UntilLate = (run: () => void) => () => void

/** What is read from a body that did not arrive in its time. */
export const LATE = Symbol('late')

/**
 * Reads the body of a request as UTF-8. A body that a parser has read before is taken from it.
 *
 * The rest of a body that is too long, or late, is not read: the connection cannot be used again.
 *
 * @param most - Bytes that are allowed.
 * @returns `undefined` when there is none. One character more than allowed when it is too long: the
 *   signer then refuses it with its own error. `LATE` when it did not arrive in time.
 */
export async function readBody(
  request: IncomingMessage,
  most: number,
  untilLate: UntilLate,
): Promise<string | undefined | typeof LATE> {
  if (request.readableEnded && 'body' in request) return unparsed(request.body)
  // A short body comes with its head: there is nothing to wait for.
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

/** @param bytes - `null` from a stream that has none. */
function textUpTo(most: number, bytes: Buffer | null): string | undefined {
  if (!bytes?.length) return undefined
  return bytes.length > most ? ' '.repeat(most + 1) : bytes.toString()
}

/** The body that a parser has read, as far as it is left: a JSON value, a text, or bytes. */
function unparsed(body: unknown): string | undefined {
  if (typeof body === 'string') return body
  return Buffer.isBuffer(body) ? body.toString() : JSON.stringify(body)
}
