import { Annotations, type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { AttributeType, BillingMode, type ITable, Table } from 'aws-cdk-lib/aws-dynamodb'
import { type Grant, type IGrantable, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import {
  type CfnFunction,
  type FunctionUrl,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import { checkOrigins } from '../bucket/allowed-origins.ts'
import { actionsOf } from '../bucket/foreign-bucket.ts'
import { unclaimedDays } from '../bucket/lifetimes.ts'
import { acknowledge, acknowledgeObjects } from '../cdk-nag/acknowledge.ts'
import { deployedLength } from '../deployed-length.ts'
import {
  functionRole,
  functionTimeout,
  PREBUILT_HANDLER,
  prebuiltCode,
  readSecretStatements,
  reserved,
  settingsOf,
} from '../functions.ts'
import { endpointNames } from '../network/endpoints.ts'
import { warnUnreachable } from '../network/warn-unreachable.ts'
import { requireFeature } from '../regions.ts'
import { allowedOf, claimsOf, hasQuota } from './allowed-by-rules.ts'
import { checkPrefix } from './declared-rule.ts'
import { SignerApi } from './http-api.ts'
import {
  objectKeyStatements,
  signerStatements,
  storedObjectStatements,
  tagStatements,
} from './permissions.ts'
import { checkAuth, keyAddresses } from './signer-auth.ts'
import { type SignerFunctionProps, urlOptions } from './signer-function-props.ts'
import { signerSettings } from './signer-settings.ts'

/**
 * A Lambda function that signs uploads to one bucket, with its own URL.
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
  /** The signer's base URL. With `behindCloudFront`, it responds only to CloudFront. */
  readonly url: string
  /** The signer's Function URL; `undefined` with `functionUrl: false`. */
  readonly functionUrl?: FunctionUrl
  /** The HTTP API that replaces the Function URL with `functionUrl: false`. */
  readonly httpApi?: SignerApi
  /** S3 actions that the role is allowed to perform on the bucket and its objects. */
  readonly bucketActions: readonly string[]
  /** Time limit for a call. */
  readonly timeout: Duration
  /** The DynamoDB table that counts quotas; `undefined` if no rule has a quota. */
  readonly quotaTable?: ITable

  constructor(scope: Construct, id: string, props: SignerFunctionProps) {
    super(scope, id)
    const { bucket, prefix = 'uploads/', auth } = props
    checkAuth(auth, props.rules)
    checkFront(this, props)
    checkPrefix(prefix)
    checkOrigins(props.allowedOrigins)
    const { role, logGroup } = functionRole(this, props, 'Signs uploads to S3')
    const stored = storedStatements(props, prefix)
    for (const statement of stored) role.addToPolicy(statement)
    this.bucketActions = actionsOf(stored)
    acknowledgeObjects(role, bucket.arnForObjects(`${prefix}*`))
    for (const statement of readSecretStatements(props.secret)) role.addToPolicy(statement)
    if (auth.type === 'token' && auth.secret) {
      for (const statement of readSecretStatements(auth.secret)) {
        statement.sid = `${statement.sid}OfTokens`
        role.addToPolicy(statement)
      }
    }
    const useKey = ['kms:GenerateDataKey', 'kms:Decrypt']
    for (const statement of objectKeyStatements(props, useKey)) {
      role.addToPolicy(statement)
    }
    this.role = role
    if (hasQuota(props)) {
      this.quotaTable = makeQuotaTable(this)
      role.addToPolicy(countStatement(this.quotaTable))
    }
    this.timeout = functionTimeout('timeout', props.timeout, props)
    this.function = new LambdaFunction(this, 'Function', {
      description: 'Waybill: signs uploads to S3',
      runtime: Runtime.NODEJS_24_X,
      code: props.code ?? prebuiltCode('signer'),
      handler: PREBUILT_HANDLER,
      memorySize: props.memorySize ?? 512,
      timeout: this.timeout,
      role,
      logGroup,
      environment: {
        ...signerSettings(this, props, prefix, auth),
        ...(this.quotaTable ? { WAYBILL_QUOTA_TABLE: this.quotaTable.tableName } : {}),
      },
      ...reserved('reservedConcurrency', props.reservedConcurrency ?? 'unreserved'),
      ...settingsOf(props, role),
    })
    const { quotaTable } = this
    warnUnreachable(this, props, {
      services: endpointNames(this, props, [
        's3',
        'secretsmanager',
        ...(quotaTable ? ['dynamodb'] : []),
      ]),
      elsewhere: keyAddresses(auth),
    })
    if (props.functionUrl ?? true) {
      this.functionUrl = this.function.addFunctionUrl(urlOptions(props, auth))
      this.url = this.functionUrl.url
    } else {
      const isGuarded = auth.type === 'iam'
      this.httpApi = new SignerApi(this, 'HttpApi', { ...props, signer: this.function, isGuarded })
      this.url = this.httpApi.url
    }
    checkEnvironment(this.function)
    if (auth.type === 'none') warnOfAnonymousCallers(this)
  }

  /**
   * Makes the signer sign links for a CloudFront distribution. `Delivery` calls this if its `links`
   * prop is set.
   *
   * @param url - The distribution's URL.
   * @param keyPairId - The public key's id in CloudFront.
   * @param privateKey - The secret that contains the private key as PEM.
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

  /** Allows a principal to call a signer that has `auth: { type: 'iam' }`. */
  grantInvokeUrl(grantee: IGrantable): Grant {
    const { functionUrl, httpApi } = this
    if (functionUrl) return functionUrl.grantInvokeUrl(grantee)
    if (httpApi) return httpApi.grantInvoke(grantee)
    throw new Error('the signer has no address')
  }
}

function checkFront(
  scope: Construct,
  { functionUrl = true, behindCloudFront }: SignerFunctionProps,
) {
  requireFeature(scope, functionUrl ? 'functionUrls' : 'httpApis')
  if (behindCloudFront && !functionUrl) {
    throw new Error(
      'behindCloudFront needs a Function URL, which can respond only to CloudFront: an HTTP API responds to everyone. ' +
        'Omit behindCloudFront or functionUrl: false',
    )
  }
}

/** Counted as Lambda does: in characters of all variables as JSON. */
const MAX_ENVIRONMENT_LENGTH = 4096

/** Checked at synthesis, because `Delivery` and the app can add variables. */
function checkEnvironment(signer: LambdaFunction): void {
  signer.node.addValidation({
    validate: () => {
      const { environment } = signer.node.defaultChild as CfnFunction
      const { variables } = Stack.of(signer).resolve(environment)
      const length = deployedLength(signer, variables)
      if (length <= MAX_ENVIRONMENT_LENGTH) return []
      return [
        `the signer's environment will have about ${length} characters of JSON, at most ${MAX_ENVIRONMENT_LENGTH} are allowed, ` +
          'and its rules are the longest part: write an entry file and pass its bundle as code',
      ]
    },
  })
}

function storedStatements(props: SignerFunctionProps, prefix: string): PolicyStatement[] {
  const { bucket, pendingTag = true } = props
  const claims = claimsOf(props)
  if (claims.length > 0 && !pendingTag) {
    throw new Error('a rule has claim, which needs pendingTag: both are tags of new objects')
  }
  const unclaimed = unclaimedDays(claims, props.resumableFor)
  const own = props.objectDefaults?.tags ?? {}
  return [
    ...signerStatements(bucket, prefix),
    ...tagStatements(bucket, prefix, { pending: pendingTag, unclaimed, own }),
    ...storedObjectStatements(bucket, prefix, allowedOf(props, props.auth)),
  ]
}

function warnOfAnonymousCallers(signer: SignerFunction): void {
  Annotations.of(signer).addWarningV2(
    'waybill:anonymous-signer',
    "The signer's URL is public and auth is 'none': anyone who finds it can upload within the rules. Set " +
      "auth to { type: 'jwt', … }, { type: 'token', … } or { type: 'iam' }, or to { type: 'rules' } with authorize in your own code.",
  )
}

/** An item contains a hash and two numbers, and expires an hour after its period ends. */
export function makeQuotaTable(scope: Construct): ITable {
  const table = new Table(scope, 'Quotas', {
    partitionKey: { name: 'id', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    timeToLiveAttribute: 'expiresAt',
    removalPolicy: RemovalPolicy.DESTROY,
  })
  acknowledge(
    table,
    'DDB3',
    'Its items are counts of the current hour, day or month: recovered, they would be wrong.',
  )
  return table as ITable
}

function countStatement(table: ITable): PolicyStatement {
  return new PolicyStatement({
    sid: 'CountGrants',
    actions: ['dynamodb:UpdateItem', 'dynamodb:GetItem'],
    resources: [table.tableArn],
  })
}
