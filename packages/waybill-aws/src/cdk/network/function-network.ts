/**
 * Runs functions in a VPC.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 *
 * @module
 */

import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2'
import { Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { FunctionOptions } from 'aws-cdk-lib/aws-lambda'
import { acknowledge } from '../cdk-nag/acknowledge.ts'

/** A function's network settings. */
export interface FunctionNetworkProps {
  /**
   * The VPC that the functions run in. They call S3, Secrets Manager, EventBridge, DynamoDB (for
   * quotas) and the token issuer (with `jwt`), so the VPC needs NAT, or endpoints for the AWS
   * services. Calls to the signer still come over the internet.
   * @default - no VPC
   */
  readonly vpc?: IVpc
  /**
   * The VPC's subnets to use. A function in a public subnet has no internet access.
   * @default - the subnets with NAT, or the isolated ones if there are none
   */
  readonly vpcSubnets?: SubnetSelection
  /**
   * Security groups for the functions.
   * @default - a new one for each function, with all outbound traffic allowed
   */
  readonly securityGroups?: readonly ISecurityGroup[]
}

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

const INTERFACES = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
]

/**
 * Allows Lambda to manage the function's network interfaces. The same actions are denied to the
 * function's own code, which does not need them: `lambda:SourceFunctionArn` is present only in
 * calls from the code.
 *
 * @see
 *   https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-best-practice
 */
export function grantVpcAccess(role: IRole): void {
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
