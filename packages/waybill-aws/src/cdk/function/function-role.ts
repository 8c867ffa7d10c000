import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import { type LogProps, logOptions } from './function-logs.ts'

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
