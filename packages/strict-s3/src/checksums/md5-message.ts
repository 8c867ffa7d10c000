/**
 * The messages between the thread that receives a body and the thread that hashes it.
 *
 * @module
 */

import type { MessagePort } from 'node:worker_threads'

/** Size of a slot in bytes. */
export const SLOT_SIZE = 256 * 1024

/** The first message of a body, sent to the thread. All others go through the port. */
export interface BodyToHash {
  readonly port: MessagePort
  /** The slots, one after another. */
  readonly ring: SharedArrayBuffer
}

/**
 * Tells that a slot is filled, or that the body has ended. The reply is the number of the free
 * slot, or the MD5.
 */
export type Md5Message = { readonly slot: number; readonly length: number } | 'end'

/** A reply: the number of a free slot, or the MD5 in hexadecimal. */
export type Md5Answer = number | string
