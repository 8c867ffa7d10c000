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

/** A smoke test under way. */
export interface SmokeRun {
  readonly deployment: Deployment
  readonly account: AccountCaller
  /** Calls to the bucket, with the credentials of the person who runs the test. */
  readonly s3: S3CallContext
  readonly store: AskedStore
  readonly signer: SignerClient
  /** Part of the name of each object of this run; it cannot be guessed. */
  readonly name: string
  /** The rule to use. @default the first that takes a sample */
  readonly rule?: string | undefined
  /** How long a verdict is waited for. */
  readonly verdictMs: number
  /** What calls to the signer carry as a bearer token. */
  readonly token?: string | undefined
  readonly fetch: typeof globalThis.fetch
  /** A small file, uploaded through the signer: once for all points. */
  small(): Promise<SmallUpload | Failure>
  /** A file that goes in parts: once for all points. */
  large(): Promise<LargeUpload | Failure>
}

/** Why an upload did not take place. */
export interface Failure {
  readonly failed: string
  /** Whether the deployment is at fault: its response was not the expected one. */
  readonly isWrong: boolean
}

/** A small file that was uploaded. */
export interface SmallUpload {
  readonly key: string
  /** Bytes of the form before the file; missing where the file went by PUT. */
  readonly formSize?: number
  /** Bytes of the session token in the form. */
  readonly tokenSize: number
  /** Whether the form has tags. */
  readonly isTagged: boolean
  readonly stored: Reply
  /** The reads before the object could have a verdict. */
  readonly firstReads: FirstReads
}

/** A file in parts that was uploaded. */
export interface LargeUpload {
  readonly key: string
  readonly partCount: number
  /** Response to a completion with a wrong CRC64NVME. */
  readonly wrong: SignerReply
  readonly completed: CompleteResponse
}

/** Responses to reads before a verdict was possible. */
export interface FirstReads {
  /** A signed link of the person who runs this. */
  readonly link: Reply
  /** Through CloudFront; missing without a delivery. */
  readonly delivery?: Reply
  /** The verdict right after these reads. If there is one, the reads prove nothing. */
  readonly verdict: string | undefined
}
