/**
 * What the checks of a bucket, a signer or a stack share.
 *
 * @module
 */

import type { CompleteResponse } from 'waybill'
import type { AwsAccount, S3CallContext, StoreResponse } from 'waybill/internal/storage'
import type { Deployment } from './deployment.ts'
import type { SignedExchange } from './diagnosis.ts'
import type { SignerClient, SignerReply } from './signer-client.ts'

export interface Store {
  readonly s3: S3CallContext
  /** Prefix of the keys that are stored. It cannot be guessed, so no other object has it. */
  readonly folder: string
  /** The origin of the pages that upload. */
  readonly origin?: string
}

export interface BucketRun extends Store {
  /** Prefix that the keys are limited to. */
  readonly prefix: string
  /** Whether the keys may delete, so that checks can store objects. */
  canDelete(): Promise<boolean>
  /** A signed call, made once for all checks of its response. */
  first(): Promise<SignedExchange>
}

export interface SignerRun {
  readonly signer: SignerClient
  readonly signerUrl: string
  readonly origin?: string
  /** Sends requests that others have signed. */
  readonly s3: Pick<S3CallContext, 'fetch' | 'requestTimeoutMs' | 'now'>
  /** Part of each file's name in this run. It cannot be guessed. */
  readonly name: string
  /** @default the first rule that accepts a sample */
  readonly rule?: string | undefined
  readonly token?: string | undefined
}

/** A stack that is examined. Its checks share these values. */
export interface StackRun extends BucketRun, SignerRun {
  /** Calls the bucket with the user's own credentials. */
  readonly s3: BucketRun['s3']
  readonly deployment: Deployment
  readonly account: AwsAccount
  readonly verdictMs: number
  readonly fetch: typeof globalThis.fetch
  /** Uploads a small file through the signer. All checks share it. */
  small(): Promise<SmallUpload | Failure>
  /** Uploads a file in parts. All checks share it. */
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
  readonly stored: StoreResponse
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
  /** Through a link that was signed here. */
  readonly link: StoreResponse
  /** Through CloudFront. Missing if there is no distribution. */
  readonly delivery?: StoreResponse
  /** The verdict right after these reads. If there is one, the reads prove nothing. */
  readonly verdict: string | undefined
}
