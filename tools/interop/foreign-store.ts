import type { Credentials } from 'waybill-s3'
import type { ChildProcesses } from './child-processes.ts'

export interface ForeignStore {
  /** The origin for path-style requests, over HTTP on the loopback address. */
  readonly endpoint: string
  readonly region: string
  readonly credentials: Credentials
  readonly otherCredentials: Credentials
  readonly processes: ChildProcesses
  /**
   * Starts one more server for the same objects.
   * @returns Its endpoint.
   * @throws {Error} With the last lines of its log if it ends.
   */
  startSecond(): Promise<string>
  stop(): Promise<void>
}

export interface ForeignStoreOptions {
  /** An empty directory for the objects. By default, they need not survive the store. */
  readonly disk?: string
  /** Words to put before each server's command. */
  readonly prefix?: readonly string[]
}

/** Everything that can be passed to a test in another process. */
export type StoreAddress = Pick<
  ForeignStore,
  'endpoint' | 'region' | 'credentials' | 'otherCredentials'
>
