import type { Credentials } from 'waybill-s3'

export interface ForeignStore {
  /** The origin for path-style requests, over HTTP on the loopback address. */
  readonly endpoint: string
  readonly region: string
  readonly credentials: Credentials
  readonly otherCredentials: Credentials
  stop(): Promise<void>
}

/** Everything except `stop`, which cannot be passed to a test in another process. */
export type StoreAddress = Omit<ForeignStore, 'stop'>
