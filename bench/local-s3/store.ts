/**
 * A running store of the benchmark.
 *
 * @module
 */

import type { Credentials } from 'waybill/s3'

/** The name of the bucket. */
export const BUCKET = 'bench'

/** What a client needs to know. */
export interface StoreAddress {
  readonly endpoint: string
  readonly region: string
  readonly credentials: Credentials
}

/** A running store. */
export interface RunningStore extends StoreAddress {
  /** Process id of the server; missing when it has several processes. */
  readonly pid?: number
  /** Milliseconds from the start of the process to the first response. */
  readonly startMs: number
  stop(): Promise<void>
}
