import { Annotations, Aspects, Stack } from 'aws-cdk-lib'
import { CfnVPCEndpoint, type IVpc } from 'aws-cdk-lib/aws-ec2'
import type { Construct } from 'constructs'
import type { FunctionNetworkProps } from './function-network.ts'

export interface OutgoingCalls {
  /** Suffixes of VPC endpoint names, such as `s3` or `secretsmanager`. */
  readonly services: readonly string[]
  /** URLs outside AWS, for which there are no VPC endpoints. */
  readonly elsewhere?: readonly string[]
}

/**
 * Warns at synthesis about anything that a function in isolated subnets cannot reach: AWS services
 * without a VPC endpoint, and URLs outside AWS. After deployment, these calls would time out, and
 * the log would not say why.
 *
 * The check runs in an aspect, because an app can add endpoints after the construct.
 */
export function warnUnreachable(
  scope: Construct,
  network: FunctionNetworkProps,
  { services, elsewhere = [] }: OutgoingCalls,
): void {
  const { vpc } = network
  if (!vpc || !isIsolated(vpc, network)) return
  Aspects.of(scope).add({
    visit: (node) => {
      if (node !== scope) return
      const endpoints = endpointsOf(vpc, scope)
      const missing = services.filter(
        (service) => !endpoints.some((name) => name.includes(`.${service}"`)),
      )
      if (missing.length > 0) warnOfEndpoints(scope, missing)
      if (elsewhere.length > 0) warnOfInternet(scope, elsewhere)
    },
  })
}

function isIsolated(vpc: IVpc, { vpcSubnets }: FunctionNetworkProps): boolean {
  const { subnetIds, isPendingLookup } = vpc.selectSubnets(vpcSubnets)
  // Nothing is known about the VPC until it has been looked up.
  if (isPendingLookup) return false
  const isolated = new Set(vpc.isolatedSubnets.map(({ subnetId }) => subnetId))
  return subnetIds.every((id) => isolated.has(id))
}

/**
 * Returns service names as JSON, because the region in `com.amazonaws.eu-west-1.s3` can be a
 * reference.
 */
function endpointsOf(vpc: IVpc, scope: Construct): string[] {
  const { root } = scope.node
  return root.node
    .findAll()
    .filter((node) => node instanceof CfnVPCEndpoint)
    .filter((endpoint) => written(endpoint, endpoint.vpcId) === written(endpoint, vpc.vpcId))
    .map((endpoint) => written(endpoint, endpoint.serviceName))
}

function written(endpoint: CfnVPCEndpoint, value: unknown): string {
  return JSON.stringify(Stack.of(endpoint).resolve(value))
}

function warnOfEndpoints(scope: Construct, missing: readonly string[]): void {
  Annotations.of(scope).addWarningV2(
    'waybill:unreachable-services',
    'The subnets are isolated, and this app adds no endpoint to their VPC for ' +
      `${missing.join(', ')}: calls to them would time out. Add the endpoints ` +
      '(vpc.addInterfaceEndpoint, vpc.addGatewayEndpoint for s3 and dynamodb), or choose subnets ' +
      'with NAT. If another app has the endpoints, acknowledge this warning.',
  )
}

function warnOfInternet(scope: Construct, elsewhere: readonly string[]): void {
  Annotations.of(scope).addWarningV2(
    'waybill:no-way-to-issuer',
    `The subnets are isolated, and the function calls ${elsewhere.join(', ')}, which no endpoint ` +
      'leads to: choose subnets with NAT. If there is another way, acknowledge this warning.',
  )
}
