/**
 * Makes the log group and the role of a Lambda. The role that CDK makes has AWS's managed policy,
 * which may write to any log group of the account.
 *
 * @module
 */

import { Aws, RemovalPolicy } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { LogGroup, type LogGroupProps, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'

/** The role and the log group of a function. */
export interface FunctionRole {
  readonly role: Role
  readonly logGroup: LogGroup
}

/** Props of the logs of a function. */
export interface LogProps {
  /**
   * How long logs are kept.
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays
  /**
   * What becomes of the logs when the stack is destroyed.
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE - kept, unless creating the stack fails
   */
  readonly logRemovalPolicy?: RemovalPolicy
  /**
   * Which metrics CloudWatch finds in the log. `alarms` leaves out those by rule and reason, each
   * of which costs money: docs/aws.md.
   * @default 'all'
   */
  readonly metrics?: 'all' | 'alarms'
}

/** Makes the options of a log group. */
export function logOptions({ logRetention, logRemovalPolicy }: LogProps): LogGroupProps {
  return {
    retention: logRetention ?? RetentionDays.ONE_MONTH,
    removalPolicy: logRemovalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  }
}

/** Makes a log group, and a role that may only write to it. */
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
 * Makes the statements for reading a secret, and for decrypting it when it has a customer managed
 * key. `grantRead` would add DescribeSecret.
 */
export function readSecretStatements(secret: ISecret): PolicyStatement[] {
  const read = new PolicyStatement({
    sid: 'ReadSealingSecret',
    actions: ['secretsmanager:GetSecretValue'],
    resources: [secret.secretFullArn ?? `${secret.secretArn}-??????`],
  })
  const { encryptionKey, env } = secret
  if (!encryptionKey) return [read]
  const decrypt = keyStatement(encryptionKey, ['kms:Decrypt'], `secretsmanager.${env.region}`)
  decrypt.sid = 'UseSecretKey'
  return [read, decrypt]
}

/**
 * Makes a statement for using a KMS key through one service.
 *
 * @param through - Service and region that may use the key for the role: `s3.eu-west-1`.
 */
export function keyStatement(
  key: IKey,
  actions: readonly string[],
  through: string,
): PolicyStatement {
  return new PolicyStatement({
    actions: [...actions],
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `${through}.${Aws.URL_SUFFIX}` } },
  })
}
