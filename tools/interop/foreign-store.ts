import type { Credentials } from 'waybill-s3'

/** A third-party S3 server that runs for a test. */
export interface ForeignStore {
  /** The origin for path-style requests, over HTTP on the loopback address. */
  readonly endpoint: string
  readonly region: string
  readonly credentials: Credentials
  /** Another user's credentials. */
  readonly otherCredentials: Credentials
  stop(): Promise<void>
}

/** The properties that can be passed to a test in another process, which `stop` cannot. */
export type StoreAddress = Omit<ForeignStore, 'stop'>
