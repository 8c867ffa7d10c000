/**
 * What the thread that receives a body and the thread that hashes it say to each other.
 *
 * @module
 */

import type { MessagePort } from 'node:worker_threads'

/** Bytes of a slot. */
export const SLOT_SIZE = 256 * 1024

/** The first message of a body, to the thread itself. The others go through the port. */
export interface BodyToHash {
  readonly port: MessagePort
  /** Slots, one after the other. */
  readonly ring: SharedArrayBuffer
}

/** A slot is filled, or there are no more. Answered by the number of the slot once it is free, or by the MD5 in hex. */
export type Md5Message = { readonly slot: number; readonly length: number } | 'end'

export type Md5Answer = number | string
