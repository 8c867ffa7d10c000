import type { Role } from 'aws-cdk-lib/aws-iam'
import { Architecture, type FunctionOptions, Tracing } from 'aws-cdk-lib/aws-lambda'
import { acknowledge } from '../cdk-nag/acknowledge.ts'
import type { EndpointProps } from '../network/endpoints.ts'
import {
  type FunctionNetworkProps,
  letJoinNetwork,
  networkOptions,
} from '../network/function-network.ts'
import { requireFeature } from '../regions/region-check.ts'
import type { LogProps } from './function-logs.ts'

/** Settings that both functions share. */
export interface FunctionSettings extends LogProps, FunctionNetworkProps, EndpointProps {
  /**
   * Whether X-Ray traces the calls. Lambda itself writes the traces; the code needs no
   * instrumentation.
   * @default Tracing.DISABLED
   */
  readonly tracing?: Tracing
  /**
   * The functions' instruction set. The prebuilt code runs on both.
   * @default Architecture.ARM_64
   */
  readonly architecture?: Architecture
}

/** Also grants the role the permissions it needs for the network. CDK grants those for tracing. */
export function settingsOf(
  { tracing, architecture = Architecture.ARM_64, ...network }: FunctionSettings,
  role: Role,
): Pick<FunctionOptions, 'architecture' | 'tracing' | 'vpc' | 'vpcSubnets' | 'securityGroups'> {
  const isTraced = tracing !== undefined && tracing !== Tracing.DISABLED
  if (isTraced) requireFeature(role, 'tracing')
  if (network.vpc) letJoinNetwork(role)
  if (isTraced) {
    acknowledge(
      role,
      'IAM5[Resource::*]',
      'X-Ray has no resource that could be named; the actions are listed one by one.',
    )
  }
  return { architecture, ...networkOptions(network), ...(tracing ? { tracing } : {}) }
}
