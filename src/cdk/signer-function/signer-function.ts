/**
 * The signer as a function with an address of its own.
 *
 * @module
 */

import { Annotations, Aws, Duration } from 'aws-cdk-lib'
import type { IGrantable, IRole } from 'aws-cdk-lib/aws-iam'
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
import { requireFunctionUrls } from '../regions.ts'
import { resumableFor } from '../resumable-for.ts'
import { checkPrefix, type DeclaredRule, rulesSetting } from './declared-rule.ts'
import { functionTimeout } from './function-timeout.ts'
import { reserved } from './reserved-concurrency.ts'
import { authSettings, checkAuth, type SignerAuth } from './signer-auth.ts'
import { bucketKeyStatements, pendingTagStatement, signerStatements } from './signer-permissions.ts'

/** Of a `SignerFunction`. */
export interface SignerFunctionProps extends LogProps {
  /** Where the objects go. Pages need its CORS, which `UploadBucket` has. */
  readonly bucket: IBucket
  /**
   * The KMS key of the bucket, where CDK does not know it: of one imported by its name.
   * @default - the bucket's own
   */
  readonly encryptionKey?: IKey
  /** Seals the waybills; one text of at least 32 random characters, or a JSON list of such. */
  readonly secret: ISecret
  /** Origins whose pages may call the signer, exact. */
  readonly allowedOrigins: readonly string[]
  /**
   * What it signs for, by name. Leave out with `code`.
   * @default - the rules of `code`
   */
  readonly rules?: Readonly<Record<string, DeclaredRule>>
  /**
   * The bundle of an entry file of yours: `export const handler = lambdaHandler({ rules })`, exported by `index.mjs`.
   * @default - the prebuilt signer
   */
  readonly code?: Code
  /**
   * Where object keys begin; the role reaches nothing else. A `key` of a rule of `code` must begin with it.
   * @default 'uploads/'
   */
  readonly prefix?: string
  /** Who may call it. */
  readonly auth: SignerAuth
  /**
   * How many calls may run at once. What is reserved is taken from the account's other functions, and an account that
   * is new has ten in all and can reserve none.
   * @default 'unreserved' - as many as the account has
   */
  readonly reservedConcurrency?: number | 'unreserved'
  /**
   * How long a call may take. S3 may need minutes to complete an upload of thousands of parts; the client asks again.
   * At most 60 s with `behindCloudFront`.
   * @default Duration.seconds(30)
   */
  readonly timeout?: Duration
  /**
   * How long an upload can be resumed: the life of its waybill. The bucket must keep incomplete uploads as long.
   * @default Duration.days(7)
   */
  readonly resumableFor?: Duration
  /**
   * Memory in MiB; CPU comes with it.
   * @default 512
   */
  readonly memorySize?: number
  /**
   * Whether objects come in with the tag `waybill=pending`, so that the bucket can expire what was never judged. Arrival
   * replaces it.
   * @default true
   */
  readonly pendingTag?: boolean
  /**
   * Sign for the bucket's Transfer Acceleration address.
   * @default false
   */
  readonly transferAcceleration?: boolean
  /**
   * Whether it is reached through CloudFront alone: see `SignerFront`, whose `url` is then the signer's. Not with
   * `auth: { type: 'iam' }`, because the caller is CloudFront.
   * @default false
   */
  readonly behindCloudFront?: boolean
  /**
   * More settings for `code`.
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>
}

/** Where CloudFront puts the viewer's `Authorization`, because its own signature takes that place. */
export const VIEWER_AUTHORIZATION = 'x-viewer-authorization'

/** One hour: how long browsers may remember a preflight. */
const PREFLIGHT = Duration.hours(1)

/** A Lambda function that signs uploads to one bucket, with an address of its own. */
export class SignerFunction extends Construct {
  readonly function: LambdaFunction
  readonly role: IRole
  /** Base URL of the signer; `behindCloudFront`, it answers CloudFront alone. */
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
    for (const statement of signerStatements(bucket, prefix)) role.addToPolicy(statement)
    if (props.pendingTag ?? true) role.addToPolicy(pendingTagStatement(bucket, prefix))
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

  /** Lets somebody call the signer, with `auth: { type: 'iam' }`. */
  grantInvokeUrl(grantee: IGrantable) {
    return this.functionUrl.grantInvokeUrl(grantee)
  }
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
    ...props.environment,
    WAYBILL_BUCKET: props.bucket.bucketName,
    WAYBILL_SECRET_ARN: props.secret.secretArn,
    WAYBILL_ALLOWED_ORIGINS: auth.type === 'iam' ? '' : props.allowedOrigins.join(','),
    WAYBILL_PREFIX: prefix,
    WAYBILL_EXPIRES_IN_SECONDS: String(resumableFor(props.resumableFor).toSeconds()),
    WAYBILL_PENDING_TAG: (props.pendingTag ?? true) ? 'on' : 'off',
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
 * CORS is set in one place: by the handler, which knows every front. Only where IAM guards the URL must the URL do it,
 * because a preflight carries no signature and never reaches the handler. CloudFront signs preflights too.
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
