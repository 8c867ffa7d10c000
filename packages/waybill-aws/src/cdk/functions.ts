/**
 * What the two functions share: settings, time limits, role, log, code, and access to the secret.
 *
 * @module
 */

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Aws, Duration, RemovalPolicy, Token } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Architecture, Code, type FunctionOptions, Tracing } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, type LogGroupProps, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import { acknowledge } from './cdk-nag/acknowledge.ts'
import type { EndpointProps } from './network/endpoints.ts'
import {
  type FunctionNetworkProps,
  grantVpcAccess,
  networkOptions,
} from './network/function-network.ts'
import { requireFeature } from './regions.ts'

/** Settings that both functions share. */
export interface FunctionSettings extends LogProps, FunctionNetworkProps, EndpointProps {
  /**
   * Whether X-Ray traces the calls. Lambda itself writes the traces; the code needs no
   * instrumentation.
   * @default Tracing.DISABLED
   */
  readonly tracing?: Tracing
  /**
   * The functions' instruction set. The prebuilt code runs on both.
   * @default Architecture.ARM_64
   */
  readonly architecture?: Architecture
}

/** Also grants the role the permissions it needs for the network. CDK grants those for tracing. */
export function settingsOf(
  { tracing, architecture = Architecture.ARM_64, ...network }: FunctionSettings,
  role: Role,
): Pick<FunctionOptions, 'architecture' | 'tracing' | 'vpc' | 'vpcSubnets' | 'securityGroups'> {
  const isTraced = tracing !== undefined && tracing !== Tracing.DISABLED
  if (isTraced) requireFeature(role, 'tracing')
  if (network.vpc) grantVpcAccess(role)
  if (isTraced) {
    acknowledge(
      role,
      'IAM5[Resource::*]',
      'X-Ray has no resource that could be named; the actions are listed one by one.',
    )
  }
  return { architecture, ...networkOptions(network), ...(tracing ? { tracing } : {}) }
}

/**
 * If S3 takes longer, for example to complete an upload of thousands of parts, the signer responds
 * just before the limit and the client retries.
 */
const USUAL_TIMEOUT = Duration.seconds(30)
/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LAMBDA_LIMIT = { most: Duration.minutes(15), where: '' }
/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
const CLOUDFRONT_LIMIT = { most: Duration.seconds(120), where: ' behind CloudFront' }
/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const HTTP_API_LIMIT = { most: Duration.seconds(30), where: ' behind an HTTP API' }

/** The front limits how long callers can wait. */
interface WaitingFront {
  readonly behindCloudFront?: boolean
  /** @default true */
  readonly functionUrl?: boolean
}

/**
 * @param name - The prop's name, for the error message.
 * @throws {Error} If the duration is less than a second, or longer than Lambda or the front allows.
 */
export function functionTimeout(
  name: string,
  given: Duration = USUAL_TIMEOUT,
  front: WaitingFront = {},
): Duration {
  const { most, where } = longest(front)
  const seconds = given.toSeconds()
  if (seconds >= 1 && seconds <= most.toSeconds()) return given
  throw new Error(`${name} is ${seconds} s, expected 1 to ${most.toSeconds()} s${where}`)
}

function longest({ behindCloudFront = false, functionUrl = true }: WaitingFront) {
  if (behindCloudFront) return CLOUDFRONT_LIMIT
  return functionUrl ? LAMBDA_LIMIT : HTTP_API_LIMIT
}

/**
 * @param name - The prop's name, for the error message.
 * @throws {Error} If the value is not a positive integer. Zero would disable the function, and CDK
 *   would ignore `NaN`.
 */
export function reserved(
  name: string,
  given: number | 'unreserved',
): { readonly reservedConcurrentExecutions?: number } {
  if (given === 'unreserved') return {}
  if (!Token.isUnresolved(given) && !(Number.isInteger(given) && given > 0)) {
    throw new Error(`${name} is ${given}, expected a whole number from 1 or 'unreserved'`)
  }
  return { reservedConcurrentExecutions: given }
}

/** A function's log settings. */
export interface LogProps {
  /**
   * How long logs are kept.
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays
  /**
   * What happens to the logs when the stack is destroyed.
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE - kept, unless creating the stack fails
   */
  readonly logRemovalPolicy?: RemovalPolicy
  /**
   * Which metrics the function writes to its log. `alarms` omits the metrics by rule and reason,
   * each of which costs money (docs/operate/scale/monitoring.md).
   * @default 'all'
   */
  readonly metrics?: 'all' | 'alarms'
}

export function logOptions({ logRetention, logRemovalPolicy }: LogProps): LogGroupProps {
  return {
    retention: logRetention ?? RetentionDays.ONE_MONTH,
    removalPolicy: logRemovalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  }
}

export interface FunctionRole {
  readonly role: Role
  readonly logGroup: LogGroup
}

/**
 * Creates a role whose only permission is to write to its own log group. CDK's default role would
 * use an AWS managed policy that allows writing to every log group in the account.
 */
export function functionRole(scope: Construct, props: LogProps, description: string): FunctionRole {
  const logGroup = new LogGroup(scope, 'Log', logOptions(props))
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description,
  })
  role.addToPolicy(
    new PolicyStatement({
      sid: 'WriteOwnLog',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
  )
  return { role, logGroup }
}

/**
 * Returns the code that was bundled when this package was built. With CDK's `NodejsFunction`, every
 * user would need esbuild or Docker.
 *
 * @throws {Error} If the package was not built.
 */
export function prebuiltCode(name: 'signer' | 'arrival'): Code {
  // The path is the same from `src/cdk` and from `dist/cdk`.
  const folder = fileURLToPath(new URL(`../../dist/lambda-assets/${name}`, import.meta.url))
  if (!existsSync(folder)) {
    throw new Error(`${folder} is missing: build the package (npm run build) before synthesis`)
  }
  return Code.fromAsset(folder)
}

export const PREBUILT_HANDLER = 'index.handler'

/** CDK's `grantRead` would also allow DescribeSecret. */
export function readSecretStatements(secret: ISecret): PolicyStatement[] {
  const { encryptionKey: key, env } = secret
  const read = new PolicyStatement({
    sid: 'ReadSealingSecret',
    actions: ['secretsmanager:GetSecretValue'],
    // A secret's ARN ends with six random characters, which are unknown if the secret was looked up
    // by name.
    resources: [secret.secretFullArn ?? `${secret.secretArn}-??????`],
  })
  if (!key) return [read]
  const service = `secretsmanager.${env.region}`
  return [read, keyStatement('UseSecretKey', [key], ['kms:Decrypt'], service)]
}

/**
 * Allows a role to use KMS keys, but only through one service.
 *
 * @param through - The service and its region, such as `s3.eu-west-1`.
 */
export function keyStatement(
  sid: string,
  keys: readonly IKey[],
  actions: readonly string[],
  through: string,
): PolicyStatement {
  return new PolicyStatement({
    sid,
    actions: [...actions],
    resources: keys.map(({ keyArn }) => keyArn),
    conditions: { StringEquals: { 'kms:ViaService': `${through}.${Aws.URL_SUFFIX}` } },
  })
}
