/**
 * A function in a VPC, as props.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 *
 * @module
 */

import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2'
import { Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { FunctionOptions } from 'aws-cdk-lib/aws-lambda'
import { acknowledge } from '../cdk-nag/acknowledge.ts'

/** Network settings of a function. */
export interface FunctionNetworkProps {
  /**
   * The VPC from which the functions make their calls: to S3, Secrets Manager, EventBridge and,
   * with `jwt`, the issuer. It needs NAT, or endpoints for the services. Calls to the signer still
   * come over the internet.
   * @default - no VPC
   */
  readonly vpc?: IVpc
  /**
   * Subnets of the VPC. From a public subnet Lambda reaches nothing.
   * @default - those with NAT, else the isolated ones
   */
  readonly vpcSubnets?: SubnetSelection
  /**
   * Security groups of the functions.
   * @default - a new one for each function, which allows all outbound traffic
   */
  readonly securityGroups?: readonly ISecurityGroup[]
}

/** Creates the options of a function. */
export function networkOptions({
  vpc,
  vpcSubnets,
  securityGroups,
}: FunctionNetworkProps): Pick<FunctionOptions, 'vpc' | 'vpcSubnets' | 'securityGroups'> {
  if (vpc) {
    return {
      vpc,
      ...(vpcSubnets ? { vpcSubnets } : {}),
      ...(securityGroups ? { securityGroups: [...securityGroups] } : {}),
    }
  }
  const alone = vpcSubnets ? 'vpcSubnets' : securityGroups ? 'securityGroups' : undefined
  if (alone) throw new Error(`${alone} is set without vpc, expected both`)
  return {}
}

/** Lambda creates a network interface using the function's role. */
const INTERFACES = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
]

/**
 * Allows Lambda to create a function's network interfaces. The function's own code needs none, so
 * it is denied these actions: the condition key is present only in calls made by the code.
 *
 * @see
 *   https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-best-practice
 */
export function letJoinNetwork(role: IRole): void {
  const interfaces = { actions: INTERFACES, resources: ['*'] }
  role.addToPrincipalPolicy(new PolicyStatement({ ...interfaces, sid: 'JoinNetwork' }))
  role.addToPrincipalPolicy(
    new PolicyStatement({
      ...interfaces,
      sid: 'DenyNetworkToCode',
      effect: Effect.DENY,
      conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
    }),
  )
  acknowledge(
    role,
    'IAM5[Resource::*]',
    'The network interfaces of a function have no resource that could be named; the actions are listed one by one.',
  )
}
