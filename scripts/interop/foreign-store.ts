/**
 * An S3 server that we did not write, running for a test.
 *
 * @module
 */

import type { Credentials } from 'waybill/s3'

export interface ForeignStore {
  /** Path-style; plain HTTP on the loopback. */
  readonly endpoint: string
  readonly region: string
  readonly credentials: Credentials
  /** Another user of the same store. */
  readonly otherCredentials: Credentials
  stop(): Promise<void>
}

/** As tests get it: `stop` does not travel. */
export type StoreAddress = Omit<ForeignStore, 'stop'>
