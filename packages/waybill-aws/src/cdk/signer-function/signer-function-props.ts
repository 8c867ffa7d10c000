import { Duration } from 'aws-cdk-lib'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import {
  type Code,
  FunctionUrlAuthType,
  type FunctionUrlOptions,
  HttpMethod,
} from 'aws-cdk-lib/aws-lambda'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import type { FunctionSettings } from '../functions.ts'
import type { CodeFeatures } from './allowed-by-rules.ts'
import type { DeclaredRule } from './declared-rule.ts'
import type { ObjectDefaultsProps } from './object-defaults.ts'
import type { SignerAuth } from './signer-auth.ts'

/** Props of `SignerFunction`. */
export interface SignerFunctionProps extends FunctionSettings {
  /** The bucket to upload to. If pages upload, it needs CORS rules like those of `UploadBucket`. */
  readonly bucket: IBucket
  /**
   * The bucket's KMS key. Set it if the bucket was imported by name, because CDK then does not know
   * its key.
   * @default - the bucket's `encryptionKey`
   */
  readonly encryptionKey?: IKey
  /**
   * The secret that seals the waybills: a string of at least 32 random characters, or a JSON list
   * of such strings.
   */
  readonly secret: ISecret
  /** Exact origins whose pages can call the signer, such as `https://app.example.com`. */
  readonly allowedOrigins: readonly string[]
  /**
   * The upload rules, by name. Omit them if you set `code`.
   * @default - the rules of `code`
   */
  readonly rules?: Readonly<Record<string, DeclaredRule>>
  /**
   * Your own signer: a bundle whose `index.mjs` exports `handler = lambdaHandler({ rules })`.
   * @default - the prebuilt signer
   */
  readonly code?: Code
  /**
   * Declares which of `read`, `remove`, `claim` and `quota` the rules in `code` use. The signer's
   * role gets the matching permissions. Not needed with `rules`.
   * @default - none of them
   */
  readonly codeAllows?: CodeFeatures
  /**
   * Prefix of all object keys. The role has no access to other objects, so a rule's `key` function
   * in `code` must return keys with this prefix.
   * @default 'uploads/'
   */
  readonly prefix?: string
  /** Who can call the signer. */
  readonly auth: SignerAuth
  /**
   * Maximum number of concurrent calls. The account's other functions cannot use reserved
   * concurrency. New AWS accounts have a total concurrency of ten and cannot reserve any of it.
   * @default 'unreserved' - limited only by the account
   */
  readonly reservedConcurrency?: number | 'unreserved'
  /**
   * Time limit for a call: up to 120 s with `behindCloudFront`, up to 30 s with `functionUrl:
   * false`, otherwise up to 15 minutes. If S3 takes longer, for example to complete an upload of
   * thousands of parts, the client retries.
   * @default Duration.seconds(30)
   */
  readonly timeout?: Duration
  /**
   * How long an upload can be resumed: the lifetime of its waybill. The bucket must keep incomplete
   * uploads for at least this long.
   * @default Duration.days(7)
   */
  readonly resumableFor?: Duration
  /**
   * The maximum signature age that the bucket accepts: `UploadBucket.maxSignatureAge`. No rule's
   * `expiresIn` can be longer.
   * @default - rules are not checked
   */
  readonly maxSignatureAge?: Duration
  /**
   * Memory in MiB. Lambda allocates CPU in proportion to memory.
   * @default 512
   */
  readonly memorySize?: number
  /**
   * Whether new objects are tagged `waybill=pending`, so that a lifecycle rule can delete objects
   * that were never judged. The arrival function replaces the tag's value with its verdict.
   * @default true
   */
  readonly pendingTag?: boolean
  /**
   * Headers and tags for each new object: encryption, storage class, tags and Cache-Control. Every
   * signed form, URL and multipart upload includes them.
   * @default - the bucket's settings
   */
  readonly objectDefaults?: ObjectDefaultsProps
  /**
   * Whether the signer signs uploads for the bucket's Transfer Acceleration endpoint.
   * @default false
   */
  readonly transferAcceleration?: boolean
  /**
   * Whether the signer has a Function URL. Set this to `false` in regions without Function URLs and
   * in accounts that forbid them: the signer then gets an API Gateway HTTP API.
   * @default true
   */
  readonly functionUrl?: boolean
  /**
   * Whether the signer is reachable only through CloudFront, at the `url` of a `SignerFront`.
   * Cannot be combined with `auth: { type: 'iam' }`, because IAM then sees CloudFront as the
   * caller.
   * @default false
   */
  readonly behindCloudFront?: boolean
  /**
   * Additional environment variables for `code`.
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>
}

/** The headers of a request that is signed for IAM. */
export const SIGNED_HEADERS = [
  'authorization',
  'content-type',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
]

const PREFLIGHT = Duration.hours(1)

/**
 * The handler usually sets the CORS headers, because it works behind every front. If IAM protects
 * the Function URL, the URL must set them instead: preflights have no signature, so IAM rejects
 * them before they reach the handler. Behind CloudFront, the handler sets them, because CloudFront
 * signs preflights too.
 */
export function urlOptions(
  { allowedOrigins, behindCloudFront }: SignerFunctionProps,
  auth: SignerAuth,
): FunctionUrlOptions {
  if (behindCloudFront) return { authType: FunctionUrlAuthType.AWS_IAM }
  if (auth.type !== 'iam') return { authType: FunctionUrlAuthType.NONE }
  const cors = {
    allowedOrigins: [...allowedOrigins],
    allowedMethods: [HttpMethod.GET, HttpMethod.POST],
    allowedHeaders: SIGNED_HEADERS,
    maxAge: PREFLIGHT,
  }
  return { authType: FunctionUrlAuthType.AWS_IAM, cors }
}
