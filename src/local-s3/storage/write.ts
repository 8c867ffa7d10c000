/**
 * How bytes are handed on, from where they rest or to where they go.
 *
 * @module
 */

/** Hands over one piece; the piece may be reused once the promise resolves. */
export type Write = (chunk: Uint8Array) => Promise<void>
