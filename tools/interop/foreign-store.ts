/**
 * The S3 server of another project, running for a test.
 *
 * @module
 */

import type { Credentials } from 'waybill-s3'

/** A running store. */
export interface ForeignStore {
  /** Origin for path-style requests: HTTP on the loopback address. */
  readonly endpoint: string
  readonly region: string
  readonly credentials: Credentials
  /** Credentials of another user of the store. */
  readonly otherCredentials: Credentials
  stop(): Promise<void>
}

/** The part that tests get: a function such as `stop` cannot be passed to them. */
export type StoreAddress = Omit<ForeignStore, 'stop'>
