/**
 * Props of `SignerFunction`.
 *
 * @module
 */

import type { Duration } from 'aws-cdk-lib'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { Code } from 'aws-cdk-lib/aws-lambda'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import type { FunctionSettings } from '../function/function-settings.ts'
import type { DeclaredRule } from './declared-rule.ts'
import type { ObjectDefaultsProps } from './object-defaults.ts'
import type { CodeAllows } from './rules-allow.ts'
import type { SignerAuth } from './signer-auth.ts'

/** Props of `SignerFunction`. */
export interface SignerFunctionProps extends FunctionSettings {
  /** The bucket of the objects. Pages need its CORS, which `UploadBucket` has. */
  readonly bucket: IBucket
  /**
   * The KMS key of the bucket, when CDK does not know it: for a bucket imported by its name.
   * @default - the bucket's own
   */
  readonly encryptionKey?: IKey
  /**
   * Seals the waybills: one text of at least 32 random characters, or a JSON list of such texts.
   */
  readonly secret: ISecret
  /** Origins whose pages may call the signer, exact. */
  readonly allowedOrigins: readonly string[]
  /**
   * What the signer signs for, by name. Leave it out with `code`.
   * @default - the rules of `code`
   */
  readonly rules?: Readonly<Record<string, DeclaredRule>>
  /**
   * The bundle of your own entry file: `index.mjs`, which exports
   * `handler = lambdaHandler({ rules })`.
   * @default - the prebuilt signer
   */
  readonly code?: Code
  /**
   * What the rules of `code` allow with stored objects, and whether they have quotas. Rules in
   * props say it themselves.
   * @default - nothing
   */
  readonly codeAllows?: CodeAllows
  /**
   * The beginning of all object keys. The role has no access to others, so a `key` of a rule of
   * `code` must begin with it.
   * @default 'uploads/'
   */
  readonly prefix?: string
  /** Who may call the signer. */
  readonly auth: SignerAuth
  /**
   * How many calls may run at once. Reserved concurrency is taken from the account's other
   * functions; a new account has a total of ten and can reserve none.
   * @default 'unreserved' - as many as the account has
   */
  readonly reservedConcurrency?: number | 'unreserved'
  /**
   * How long a call may take: at most 120 s with `behindCloudFront`, 30 s without `functionUrl`. S3
   * may need minutes to complete an upload of thousands of parts; the client asks again.
   * @default Duration.seconds(30)
   */
  readonly timeout?: Duration
  /**
   * How long an upload can be resumed: the life of its waybill. The bucket must keep incomplete
   * uploads as long.
   * @default Duration.days(7)
   */
  readonly resumableFor?: Duration
  /**
   * The age of the oldest signature that the bucket accepts: `maxSignatureAge` of `UploadBucket`. No
   * rule may sign for longer.
   * @default - rules are not checked
   */
  readonly maxSignatureAge?: Duration
  /**
   * Memory in MiB; CPU comes with it.
   * @default 512
   */
  readonly memorySize?: number
  /**
   * Whether objects get the tag `waybill=pending` when they are stored, so that the bucket can
   * expire unjudged objects. Arrival replaces the tag.
   * @default true
   */
  readonly pendingTag?: boolean
  /**
   * Headers and tags of each new object: encryption, storage class, tags, Cache-Control. They are
   * signed into every form, URL and multipart upload.
   * @default - what the bucket says
   */
  readonly objectDefaults?: ObjectDefaultsProps
  /**
   * Whether the signer signs for the Transfer Acceleration address of the bucket.
   * @default false
   */
  readonly transferAcceleration?: boolean
  /**
   * Whether the signer's address is a Function URL. With `false` it is an HTTP API of API Gateway:
   * for regions that have no Function URLs, and accounts that allow none.
   * @default true
   */
  readonly functionUrl?: boolean
  /**
   * Whether the signer is only reached through CloudFront, by the `url` of a `SignerFront`. It
   * excludes `auth: { type: 'iam' }`, because the caller is CloudFront.
   * @default false
   */
  readonly behindCloudFront?: boolean
  /**
   * More environment variables, for `code`.
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>
}
