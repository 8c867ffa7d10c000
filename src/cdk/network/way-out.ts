/**
 * Says while synthesising what functions in isolated subnets cannot reach. Deployed, they would run
 * into their time limits, and nothing would say why.
 *
 * @module
 */

import { Annotations, Aspects, Stack } from 'aws-cdk-lib'
import { CfnVPCEndpoint, type IVpc } from 'aws-cdk-lib/aws-ec2'
import type { Construct, IConstruct } from 'constructs'
import type { FunctionNetworkProps } from './function-network.ts'

/** What a function calls. */
export interface Called {
  /** Services of AWS by the ends of their endpoints' names: `s3`, `secretsmanager`. */
  readonly services: readonly string[]
  /** Addresses outside of AWS, which have no endpoint. */
  readonly elsewhere?: readonly string[]
}

/**
 * Warns of services without an endpoint, where all subnets of a function are isolated.
 *
 * Endpoints may be added after the construct, so they are looked for when the app is synthesised.
 */
export function requireWayOut(scope: Construct, network: FunctionNetworkProps, called: Called) {
  const { vpc } = network
  if (!vpc || !isIsolated(vpc, network)) return
  Aspects.of(scope).add({
    visit: (node) => {
      if (node !== scope) return
      const missing = called.services.filter((service) => !hasEndpoint(scope, vpc, service))
      if (missing.length > 0) warnOfEndpoints(scope, missing)
      const { elsewhere = [] } = called
      if (elsewhere.length > 0) warnOfInternet(scope, elsewhere)
    },
  })
}

function isIsolated(vpc: IVpc, { vpcSubnets }: FunctionNetworkProps): boolean {
  const { subnetIds, isPendingLookup } = vpc.selectSubnets(vpcSubnets)
  // Until the VPC has been looked up, nothing is known of it.
  if (isPendingLookup) return false
  const isolated = new Set(vpc.isolatedSubnets.map(({ subnetId }) => subnetId))
  return subnetIds.every((id) => isolated.has(id))
}

function hasEndpoint(scope: Construct, vpc: IVpc, service: string): boolean {
  const { root } = scope.node
  return root.node.findAll().some((node) => isEndpointOf(node, vpc, service))
}

/** Names hold the region, which may be a reference: `com.amazonaws.eu-west-1.secretsmanager`. */
function isEndpointOf(node: IConstruct, vpc: IVpc, service: string): boolean {
  if (!(node instanceof CfnVPCEndpoint)) return false
  const written = (value: unknown) => JSON.stringify(Stack.of(node).resolve(value))
  if (written(node.vpcId) !== written(vpc.vpcId)) return false
  return new RegExp(`\\.${service}"`).test(written(node.serviceName))
}

function warnOfEndpoints(scope: Construct, missing: readonly string[]): void {
  Annotations.of(scope).addWarningV2(
    'waybill:no-way-to-services',
    `The subnets are isolated, and this app gives their VPC no endpoint for ${missing.join(', ')}: calls there would ` +
      'wait for nothing. Add the endpoints (vpc.addInterfaceEndpoint, vpc.addGatewayEndpoint for s3 and dynamodb), or choose ' +
      'subnets with NAT. If the endpoints are elsewhere, acknowledge this warning.',
  )
}

function warnOfInternet(scope: Construct, elsewhere: readonly string[]): void {
  Annotations.of(scope).addWarningV2(
    'waybill:no-way-to-issuer',
    `The subnets are isolated, and the function calls ${elsewhere.join(', ')}, which no endpoint leads to: choose ` +
      'subnets with NAT. If there is another way, acknowledge this warning.',
  )
}
