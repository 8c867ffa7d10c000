/**
 * Makes the log group and the role of a Lambda. The role that CDK makes has AWS's managed policy,
 * which may write to any log group of the account.
 *
 * @module
 */

import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import { type LogProps, logOptions } from './function-logs.ts'

/** The role and the log group of a function. */
export interface FunctionRole {
  readonly role: Role
  readonly logGroup: LogGroup
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
