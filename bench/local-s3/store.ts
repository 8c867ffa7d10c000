/**
 * A server that takes objects, running for the benchmark.
 *
 * @module
 */

import type { Credentials } from 'waybill/s3'

export const BUCKET = 'bench'

/** What a client must know. */
export interface StoreAddress {
  readonly endpoint: string
  readonly region: string
  readonly credentials: Credentials
}

export interface RunningStore extends StoreAddress {
  /** Of the server's process; absent where it is more than one. */
  readonly pid?: number
  /** From the start of the process to the answer to a first request. */
  readonly startMs: number
  stop(): Promise<void>
}
