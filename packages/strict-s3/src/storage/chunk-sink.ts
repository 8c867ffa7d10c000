/**
 * How bytes are passed on.
 *
 * @module
 */

/** Passes on one piece. Its buffer may be reused when the promise resolves. */
export type ChunkSink = (chunk: Uint8Array) => Promise<void>
