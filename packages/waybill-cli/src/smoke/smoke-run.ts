import type { CompleteResponse } from 'waybill'
import type { AskedStore, Reply, S3CallContext } from 'waybill/internal/storage'
import type { AccountCaller } from '../account/account-call.ts'
import type { Deployment } from './deployment.ts'
import type { SignerClient, SignerReply } from './signer-client.ts'

/** A smoke test in progress. Its points share these values. */
export interface SmokeRun {
  readonly deployment: Deployment
  readonly account: AccountCaller
  /** Calls the bucket with the tester's own credentials. */
  readonly s3: S3CallContext
  readonly store: AskedStore
  readonly signer: SignerClient
  /** Part of each object's name in this run. It cannot be guessed. */
  readonly name: string
  /** @default the first rule that accepts a sample */
  readonly rule?: string | undefined
  readonly verdictMs: number
  readonly token?: string | undefined
  readonly fetch: typeof globalThis.fetch
  /** Uploads a small file through the signer. All points share it. */
  small(): Promise<SmallUpload | Failure>
  /** Uploads a file in parts. All points share it. */
  large(): Promise<LargeUpload | Failure>
}

export interface Failure {
  readonly failed: string
  /** Whether the deployment is at fault because its response was unexpected. */
  readonly isWrong: boolean
}

export interface SmallUpload {
  readonly key: string
  /** Size of the form before the file, in bytes. Missing if the file was sent by PUT. */
  readonly formSize?: number
  /** Size of the session token in the form, in bytes. */
  readonly tokenSize: number
  readonly isTagged: boolean
  readonly stored: Reply
  readonly firstReads: FirstReads
}

export interface LargeUpload {
  readonly key: string
  readonly partCount: number
  /** The response to completing the upload with a wrong CRC64NVME. */
  readonly wrong: SignerReply
  readonly completed: CompleteResponse
}

export interface FirstReads {
  /** Through a link that the tester signed. */
  readonly link: Reply
  /** Through CloudFront. Missing if there is no distribution. */
  readonly delivery?: Reply
  /** The verdict right after these reads. If there is one, the reads prove nothing. */
  readonly verdict: string | undefined
}
