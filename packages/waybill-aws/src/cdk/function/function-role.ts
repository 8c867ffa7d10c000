/**
 * Creates a Lambda function's log group and role. The role that CDK would create uses an AWS
 * managed policy, which allows writing to every log group in the account.
 *
 * @module
 */

import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import { type LogProps, logOptions } from './function-logs.ts'

/** The role and log group of a function. */
export interface FunctionRole {
  readonly role: Role
  readonly logGroup: LogGroup
}

/** Creates a log group, and a role whose only permission is to write to it. */
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
