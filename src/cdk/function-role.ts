/**
 * A Lambda's log group and role, written out: CDK's own role brings AWS's managed policy, which may write to any log
 * group of the account.
 *
 * @module
 */

import { RemovalPolicy } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'

export interface FunctionRole {
  readonly role: Role
  readonly logGroup: LogGroup
}

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
}

export function functionRole(scope: Construct, props: LogProps, description: string): FunctionRole {
  const logGroup = new LogGroup(scope, 'Log', {
    retention: props.logRetention ?? RetentionDays.ONE_MONTH,
    removalPolicy: props.logRemovalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  })
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

/** Exactly reading it; `grantRead` would add DescribeSecret. */
export function readSecretStatement(secret: ISecret): PolicyStatement {
  return new PolicyStatement({
    sid: 'ReadSealingSecret',
    actions: ['secretsmanager:GetSecretValue'],
    resources: [secret.secretFullArn ?? `${secret.secretArn}-??????`],
  })
}
