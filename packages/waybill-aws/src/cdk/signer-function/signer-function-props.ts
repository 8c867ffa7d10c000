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
  /** The bucket for the objects. Pages need its CORS rules, which `UploadBucket` has. */
  readonly bucket: IBucket
  /**
   * The bucket's KMS key, for a bucket imported by name, whose key CDK does not know.
   * @default - the bucket's own
   */
  readonly encryptionKey?: IKey
  /**
   * Seals the waybills: a string of at least 32 random characters, or a JSON list of such strings.
   */
  readonly secret: ISecret
  /** Exact origins whose pages may call the signer. */
  readonly allowedOrigins: readonly string[]
  /**
   * The upload rules, by name. Omit them with `code`.
   * @default - the rules of `code`
   */
  readonly rules?: Readonly<Record<string, DeclaredRule>>
  /**
   * The bundle of your own entry file: `index.mjs` that exports `handler = lambdaHandler({ rules
   * })`.
   * @default - the prebuilt signer
   */
  readonly code?: Code
  /**
   * What the rules in `code` allow for stored objects, and whether they have quotas. Not needed for
   * rules in props.
   * @default - nothing
   */
  readonly codeAllows?: CodeAllows
  /**
   * Prefix of all object keys. The role has no access to any others, so `key` of a rule in `code`
   * must return keys with it.
   * @default 'uploads/'
   */
  readonly prefix?: string
  /** Who may call the signer. */
  readonly auth: SignerAuth
  /**
   * How many calls can run at once. Reserved concurrency is taken from the account's other
   * functions; a new account has a total of ten and can reserve none.
   * @default 'unreserved' - limited only by the account
   */
  readonly reservedConcurrency?: number | 'unreserved'
  /**
   * Time limit of a call: up to 120 s with `behindCloudFront`, 30 s without `functionUrl`. S3 may
   * need minutes to complete an upload of thousands of parts; the client retries.
   * @default Duration.seconds(30)
   */
  readonly timeout?: Duration
  /**
   * How long an upload can be resumed: the lifetime of its waybill. The bucket must keep incomplete
   * uploads as long.
   * @default Duration.days(7)
   */
  readonly resumableFor?: Duration
  /**
   * Maximum age of a signature that the bucket accepts: `maxSignatureAge` of `UploadBucket`. No
   * rule may sign for longer.
   * @default - rules are not checked
   */
  readonly maxSignatureAge?: Duration
  /**
   * Memory in MiB; it also determines the CPU share.
   * @default 512
   */
  readonly memorySize?: number
  /**
   * Whether new objects get the tag `waybill=pending`, so that the bucket can expire unjudged
   * objects. Arrival replaces the tag.
   * @default true
   */
  readonly pendingTag?: boolean
  /**
   * Headers and tags of each new object: encryption, storage class, tags, Cache-Control. They are
   * signed into every form, URL and multipart upload.
   * @default - the bucket's settings
   */
  readonly objectDefaults?: ObjectDefaultsProps
  /**
   * Whether the signer signs for the bucket's Transfer Acceleration endpoint.
   * @default false
   */
  readonly transferAcceleration?: boolean
  /**
   * Whether the signer has a Function URL. With `false` it gets an HTTP API of API Gateway: for
   * regions without Function URLs and accounts that forbid them.
   * @default true
   */
  readonly functionUrl?: boolean
  /**
   * Whether the signer is reachable only through CloudFront, at the `url` of a `SignerFront`.
   * Excludes `auth: { type: 'iam' }`, because the caller is CloudFront.
   * @default false
   */
  readonly behindCloudFront?: boolean
  /**
   * Additional environment variables for `code`.
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>
}
