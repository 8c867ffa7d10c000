/**
 * What the points of one smoke test share: the deployment, the credentials, the folder of the run,
 * and the uploads that several points need.
 *
 * @module
 */

import type { CompleteResponse } from '../../protocol/messages.ts'
import type { Reply } from '../../storage/probe/exchange.ts'
import type { AskedStore } from '../../storage/probe/store-probe.ts'
import type { S3CallContext } from '../../storage/s3-call-context.ts'
import type { AccountCaller } from '../account/account-call.ts'
import type { Deployment } from './deployment.ts'
import type { SignerClient, SignerReply } from './signer-client.ts'

/** A smoke test in progress. */
export interface SmokeRun {
  readonly deployment: Deployment
  readonly account: AccountCaller
  /** Calls the bucket with the credentials of the person who runs the test. */
  readonly s3: S3CallContext
  readonly store: AskedStore
  readonly signer: SignerClient
  /** Part of the name of each object of this run; it cannot be guessed. */
  readonly name: string
  /**
   * The rule to use.
   * @default the first that accepts a sample
   */
  readonly rule?: string | undefined
  /** How long to wait for a verdict. */
  readonly verdictMs: number
  /** Bearer token for calls to the signer. */
  readonly token?: string | undefined
  readonly fetch: typeof globalThis.fetch
  /** A small file, uploaded through the signer; shared by all points. */
  small(): Promise<SmallUpload | Failure>
  /** A file uploaded in parts; shared by all points. */
  large(): Promise<LargeUpload | Failure>
}

/** Why an upload did not take place. */
export interface Failure {
  readonly failed: string
  /** Whether the deployment is at fault because its response was unexpected. */
  readonly isWrong: boolean
}

/** A small file that was uploaded. */
export interface SmallUpload {
  readonly key: string
  /** Size of the form before the file in bytes; missing if the file was sent by PUT. */
  readonly formSize?: number
  /** Size of the session token in the form in bytes. */
  readonly tokenSize: number
  /** Whether the form contains tags. */
  readonly isTagged: boolean
  readonly stored: Reply
  /** The reads from before the object could have a verdict. */
  readonly firstReads: FirstReads
}

/** A file that was uploaded in parts. */
export interface LargeUpload {
  readonly key: string
  readonly partCount: number
  /** Response to completing with a wrong CRC64NVME. */
  readonly wrong: SignerReply
  readonly completed: CompleteResponse
}

/** Responses to reads before a verdict was possible. */
export interface FirstReads {
  /** A signed link of the person who runs the test. */
  readonly link: Reply
  /** Through CloudFront; missing without a distribution. */
  readonly delivery?: Reply
  /** The verdict right after these reads. If there is one, the reads prove nothing. */
  readonly verdict: string | undefined
}
