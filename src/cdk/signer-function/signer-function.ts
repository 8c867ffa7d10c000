/**
 * The signer as a Lambda function with its own address.
 *
 * @module
 */

import { Annotations, Aws, Duration } from 'aws-cdk-lib'
import type { IGrantable, IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import {
  Architecture,
  type Code,
  type FunctionUrl,
  FunctionUrlAuthType,
  HttpMethod,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import { acknowledgeObjects } from '../acknowledged.ts'
import { checkOrigins } from '../bucket/allowed-origins.ts'
import { functionRole, type LogProps, readSecretStatements } from '../function-role.ts'
import { PREBUILT_HANDLER, prebuiltCode } from '../lambda-assets.ts'
import { requireFunctionUrls } from '../regions/region-check.ts'
import { resumableFor } from '../resumable-for.ts'
import { unclaimedDays } from '../unclaimed.ts'
import { checkPrefix, type DeclaredRule, rulesSetting } from './declared-rule.ts'
import { functionTimeout } from './function-timeout.ts'
import { reserved } from './reserved-concurrency.ts'
import { allowedOf, type CodeAllows, claimsOf } from './rules-allow.ts'
import { authSettings, checkAuth, type SignerAuth } from './signer-auth.ts'
import { bucketKeyStatements, signerStatements, tagStatements } from './signer-permissions.ts'
import { wayBackStatements } from './way-back-permissions.ts'

/** Props of `SignerFunction`. */
export interface SignerFunctionProps extends LogProps {
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
   * What the rules of `code` allow with stored objects. Rules in props say it themselves.
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
   * functions; a new account has ten in all and can reserve none.
   * @default 'unreserved' - as many as the account has
   */
  readonly reservedConcurrency?: number | 'unreserved'
  /**
   * How long a call may take, at most 60 s with `behindCloudFront`. S3 may need minutes to complete
   * an upload of thousands of parts; the client asks again.
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
   * Whether the signer signs for the Transfer Acceleration address of the bucket.
   * @default false
   */
  readonly transferAcceleration?: boolean
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

/**
 * The header in which CloudFront sends the viewer's `Authorization`: its own signature takes that
 * place.
 */
export const VIEWER_AUTHORIZATION = 'x-viewer-authorization'

/** How long browsers may keep the response to a preflight. */
const PREFLIGHT = Duration.hours(1)

/**
 * Makes a Lambda function that signs uploads to one bucket, with its own address.
 *
 * @example
 * ```ts
 * import { Size } from 'aws-cdk-lib'
 *
 * const signer = new SignerFunction(stack, 'Signer', {
 *   bucket: uploadBucket,
 *   secret: sealingSecret,
 *   allowedOrigins: ['https://app.example.com'],
 *   auth: { type: 'jwt', issuer: 'https://id.example.com', audience: 'app' },
 *   rules: { video: { types: ['video/*'], maxSize: Size.gibibytes(2) } },
 * })
 * ```
 */
export class SignerFunction extends Construct {
  readonly function: LambdaFunction
  readonly role: IRole
  /** Base URL of the signer. With `behindCloudFront` it only responds to CloudFront. */
  readonly url: string
  readonly functionUrl: FunctionUrl
  /** How long a call may take. */
  readonly timeout: Duration

  constructor(scope: Construct, id: string, props: SignerFunctionProps) {
    super(scope, id)
    const { bucket, prefix = 'uploads/', auth } = props
    checkAuth(auth, props.rules)
    requireFunctionUrls(this)
    checkPrefix(prefix)
    checkOrigins(props.allowedOrigins)
    const { role, logGroup } = functionRole(this, props, 'Signs uploads to S3')
    for (const statement of storedStatements(props, prefix)) role.addToPolicy(statement)
    acknowledgeObjects(role, bucket.arnForObjects(`${prefix}*`))
    for (const statement of readSecretStatements(props.secret)) role.addToPolicy(statement)
    const useKey = ['kms:GenerateDataKey', 'kms:Decrypt']
    for (const statement of bucketKeyStatements(bucket, props.encryptionKey, useKey)) {
      role.addToPolicy(statement)
    }
    this.role = role
    this.timeout = functionTimeout('timeout', props.timeout, props)
    this.function = new LambdaFunction(this, 'Function', {
      description: 'Waybill: signs uploads to S3',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: props.code ?? prebuiltCode('signer'),
      handler: PREBUILT_HANDLER,
      memorySize: props.memorySize ?? 512,
      timeout: this.timeout,
      role,
      logGroup,
      environment: settings(props, prefix, auth),
      ...reserved('reservedConcurrency', props.reservedConcurrency ?? 'unreserved'),
    })
    this.functionUrl = this.function.addFunctionUrl(urlOptions(props, auth))
    this.url = this.functionUrl.url
    if (auth.type === 'none') warnOfAnonymousCallers(this)
  }

  /**
   * Makes links lead through a CloudFront distribution. `Delivery` does it with its prop `links`.
   *
   * @param url - The address of the distribution.
   * @param keyPairId - Id of the public key.
   * @param privateKey - The private key as PEM.
   */
  signLinksFor(url: string, keyPairId: string, privateKey: ISecret): void {
    const settings = {
      WAYBILL_LINKS_URL: url,
      WAYBILL_LINKS_KEY_ID: keyPairId,
      WAYBILL_LINKS_KEY_ARN: privateKey.secretArn,
    }
    for (const [name, value] of Object.entries(settings)) this.function.addEnvironment(name, value)
    for (const statement of readSecretStatements(privateKey)) {
      statement.sid = `${statement.sid}OfLinks`
      this.role.addToPrincipalPolicy(statement)
    }
  }

  /** Lets a principal call the signer, with `auth: { type: 'iam' }`. */
  grantInvokeUrl(grantee: IGrantable) {
    return this.functionUrl.grantInvokeUrl(grantee)
  }
}

/** What the role may do with objects, by what its rules allow. */
function storedStatements(props: SignerFunctionProps, prefix: string): PolicyStatement[] {
  const { bucket, pendingTag = true } = props
  const claims = claimsOf(props)
  if (claims.length > 0 && !pendingTag) {
    throw new Error('a rule has claim, which needs pendingTag: both are tags of new objects')
  }
  const unclaimed = unclaimedDays(claims, props.resumableFor)
  return [
    ...signerStatements(bucket, prefix),
    ...(pendingTag ? tagStatements(bucket, prefix, unclaimed) : []),
    ...wayBackStatements(bucket, prefix, allowedOf(props)),
  ]
}

function settings(
  props: SignerFunctionProps,
  prefix: string,
  auth: SignerAuth,
): Record<string, string> {
  if (!props.rules === !props.code) {
    throw new Error('expected either rules (for the prebuilt signer) or code (with its own rules)')
  }
  if (props.behindCloudFront && auth.type === 'iam') {
    throw new Error("behindCloudFront and auth 'iam' exclude each other: the caller is CloudFront")
  }
  return {
    WAYBILL_VERIFIED_ONLY: 'on',
    ...props.environment,
    WAYBILL_BUCKET: props.bucket.bucketName,
    WAYBILL_SECRET_ARN: props.secret.secretArn,
    WAYBILL_ALLOWED_ORIGINS: auth.type === 'iam' ? '' : props.allowedOrigins.join(','),
    WAYBILL_PREFIX: prefix,
    WAYBILL_EXPIRES_IN_SECONDS: String(resumableFor(props.resumableFor).toSeconds()),
    WAYBILL_PENDING_TAG: (props.pendingTag ?? true) ? 'on' : 'off',
    WAYBILL_METRICS: props.metrics ?? 'all',
    WAYBILL_CORS: auth.type === 'iam' ? 'url' : 'handler',
    ...(props.rules ? { WAYBILL_RULES: rulesSetting(props.rules) } : {}),
    ...(props.transferAcceleration
      ? {
          WAYBILL_ENDPOINT: `https://s3-accelerate.${Aws.URL_SUFFIX}`,
          WAYBILL_ADDRESSING: 'virtual',
        }
      : {}),
    ...(props.behindCloudFront ? { WAYBILL_AUTHORIZATION_HEADER: VIEWER_AUTHORIZATION } : {}),
    ...authSettings(auth),
  }
}

/**
 * Makes the options of the Function URL.
 *
 * CORS is set in one place: by the handler, which knows every front. Only when IAM guards the URL
 * must the URL set it, because a preflight has no signature and does not reach the handler.
 * CloudFront signs preflights, too.
 */
function urlOptions({ allowedOrigins, behindCloudFront }: SignerFunctionProps, auth: SignerAuth) {
  if (behindCloudFront) return { authType: FunctionUrlAuthType.AWS_IAM }
  if (auth.type !== 'iam') return { authType: FunctionUrlAuthType.NONE }
  const cors = {
    allowedOrigins: [...allowedOrigins],
    allowedMethods: [HttpMethod.GET, HttpMethod.POST],
    allowedHeaders: [
      'authorization',
      'content-type',
      'x-amz-content-sha256',
      'x-amz-date',
      'x-amz-security-token',
    ],
    maxAge: PREFLIGHT,
  }
  return { authType: FunctionUrlAuthType.AWS_IAM, cors }
}

function warnOfAnonymousCallers(signer: SignerFunction): void {
  Annotations.of(signer).addWarningV2(
    'waybill:anonymous-signer',
    "The signer's address is public and auth is 'none': every caller who finds it may upload within the rules. Set " +
      "auth to { type: 'jwt', … } or { type: 'iam' }, or to { type: 'rules' } with authorize in code of your own.",
  )
}
