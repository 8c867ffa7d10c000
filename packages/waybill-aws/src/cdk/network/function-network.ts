/**
 * A function in a VPC, as props.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 * @module
 */

import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2'
import { Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { FunctionOptions } from 'aws-cdk-lib/aws-lambda'
import { acknowledge } from '../cdk-nag/acknowledge.ts'

/** Props of the network of a function. */
export interface FunctionNetworkProps {
  /**
   * The VPC that the functions make their calls from: to S3, Secrets Manager, EventBridge, and with
   * `jwt` to the issuer. It needs NAT, or endpoints for the services. Calls to the signer come over
   * the internet all the same.
   * @default - the functions are in no VPC of yours
   */
  readonly vpc?: IVpc
  /**
   * Subnets of the VPC. Lambda reaches nothing from a public one.
   * @default - those with NAT, else the isolated ones
   */
  readonly vpcSubnets?: SubnetSelection
  /**
   * Security groups of the functions.
   * @default - a new one for each function, which lets all traffic out
   */
  readonly securityGroups?: readonly ISecurityGroup[]
}

/** Makes the options of a function. */
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
  if (alone) throw new Error(`${alone} is given without vpc, expected both`)
  return {}
}

/** Lambda makes a network interface with the role of the function. */
const INTERFACES = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
]

/**
 * Lets Lambda make the network interfaces of a function. The function's own code needs none, so it
 * is denied these actions: the condition key is present only in calls of the code.
 *
 * @see
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-best-practice
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
