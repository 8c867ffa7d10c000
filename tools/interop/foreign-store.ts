/**
 * An S3 server from another project that runs for a test.
 *
 * @module
 */

import type { Credentials } from 'waybill-s3'

/** A running store. */
export interface ForeignStore {
  /** The origin for path-style requests. It uses HTTP on the loopback address. */
  readonly endpoint: string
  readonly region: string
  readonly credentials: Credentials
  /** Credentials of another user. */
  readonly otherCredentials: Credentials
  stop(): Promise<void>
}

/** The part that can be passed to tests, which functions such as `stop` cannot. */
export type StoreAddress = Omit<ForeignStore, 'stop'>
