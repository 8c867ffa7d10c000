import { Annotations, Match } from 'aws-cdk-lib/assertions'
import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  type ISecurityGroup,
  type IVpc,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2'
import { Tracing } from 'aws-cdk-lib/aws-lambda'
import { describe, expect, it } from 'vitest'
import type { WaybillUploadsProps } from 'waybill-aws/cdk'
import { may } from '../access/access.ts'
import { ARRIVAL, SIGNER } from '../access/questions.ts'
import { nagFindings } from '../nag-findings.ts'
import { functionOf, type Synthesised, synthesise } from '../synthesised.ts'

const JWT = { type: 'jwt', issuer: 'https://id.example.com', audience: 'uploads' } as const
const FUNCTIONS = [/Signer/, /Arrival/]

/** With NAT where there is a public subnet, else without a way out. */
type Subnets = 'nat' | 'isolated'

function inVpc(
  subnets: Subnets,
  more: Partial<WaybillUploadsProps> = {},
  extend: (vpc: Vpc) => void = () => {},
): Promise<Synthesised> {
  let made: Vpc | undefined
  return synthesise(
    (scope) => {
      const isolated = { name: 'inner', subnetType: SubnetType.PRIVATE_ISOLATED }
      made = new Vpc(scope, 'Vpc', {
        maxAzs: 2,
        ...(subnets === 'isolated' ? { natGateways: 0, subnetConfiguration: [isolated] } : {}),
      })
      return { vpc: made as IVpc, ...more }
    },
    // Endpoints come after the construct, as they may in an app.
    () => made && extend(made),
  )
}

const warned = ({ stack }: Synthesised, id: string) =>
  Annotations.fromStack(stack)
    .findWarning('*', Match.stringLikeRegexp(id))
    .map(({ id: path, entry }) => `${path}: ${String(entry.data)}`)

describe('tracing', () => {
  it('is off by default, and then the roles may not write traces', async () => {
    const stack = await synthesise()
    for (const id of FUNCTIONS) expect(functionOf(stack, id).TracingConfig).toBeUndefined()
    const question = { action: 'xray:PutTraceSegments', resource: '*' }
    expect(await may(stack, { who: SIGNER, ...question })).toBe(false)
  })

  it('can be enabled for both functions, whose roles may then write traces but not read them', async () => {
    const stack = await synthesise({ tracing: Tracing.ACTIVE })
    for (const id of FUNCTIONS) {
      expect(functionOf(stack, id).TracingConfig).toEqual({ Mode: 'Active' })
    }
    for (const who of [SIGNER, ARRIVAL]) {
      expect(await may(stack, { who, action: 'xray:PutTraceSegments', resource: '*' })).toBe(true)
      expect(await may(stack, { who, action: 'xray:GetTraceSummaries', resource: '*' })).toBe(false)
    }
    expect(nagFindings(stack.stack)).toEqual(nagFindings((await synthesise()).stack))
  })
})

describe('a VPC', () => {
  it('puts both functions into its subnets with NAT, without warnings', async () => {
    const stack = await inVpc('nat', { auth: JWT })
    for (const id of FUNCTIONS) {
      const { SubnetIds, SecurityGroupIds } = functionOf(stack, id).VpcConfig
      expect(SubnetIds).toEqual([
        expect.stringContaining('PrivateSubnet1'),
        expect.stringContaining('PrivateSubnet2'),
      ])
      expect(SecurityGroupIds).toHaveLength(1)
    }
    expect(warned(stack, 'waybill:unreachable')).toEqual([])
  })

  it("accepts the application's security groups and named subnets", async () => {
    let group: ISecurityGroup | undefined
    const stack = await synthesise((scope) => {
      const vpc = new Vpc(scope, 'Vpc', { maxAzs: 2 }) as IVpc
      group = new SecurityGroup(scope, 'Calls', { vpc })
      const subnets = vpc.privateSubnets.slice(0, 1)
      return { vpc, securityGroups: [group], vpcSubnets: { subnets } }
    })
    for (const id of FUNCTIONS) {
      const { SubnetIds, SecurityGroupIds } = functionOf(stack, id).VpcConfig
      expect(SubnetIds).toHaveLength(1)
      expect(SecurityGroupIds).toEqual([
        stack.stack.resolve(group?.securityGroupId)['Fn::GetAtt'].join('.'),
      ])
    }
  })

  it("lets Lambda create network interfaces, but not the functions' code", async () => {
    const stack = await inVpc('nat')
    const question = { action: 'ec2:CreateNetworkInterface', resource: '*' }
    const context = {
      'lambda:SourceFunctionArn': 'arn:aws:lambda:eu-west-1:111122223333:function:f',
    }
    for (const who of [SIGNER, ARRIVAL]) {
      expect(await may(stack, { who, ...question })).toBe(true)
      expect(await may(stack, { who, ...question, context })).toBe(false)
      expect(await may(stack, { who, action: 'ec2:RunInstances', resource: '*' })).toBe(false)
    }
    const outside = await synthesise()
    expect(await may(outside, { who: SIGNER, ...question })).toBe(false)
    const own = nagFindings(stack.stack).filter((each) => each.startsWith('Stack/Uploads'))
    expect(own).toEqual(nagFindings(outside.stack))
  })

  it('without internet access causes a warning for each service', async () => {
    const stack = await inVpc('isolated', { auth: JWT })
    expect(warned(stack, 'waybill:unreachable-services')).toEqual([
      expect.stringMatching(
        /^\/Stack\/Uploads\/Signer: .* endpoint to their VPC for s3, secretsmanager: /,
      ),
      expect.stringMatching(/^\/Stack\/Uploads\/Arrival: .* for s3, secretsmanager, events: /),
    ])
    expect(warned(stack, 'waybill:no-way-to-issuer')).toEqual([
      expect.stringMatching(/^\/Stack\/Uploads\/Signer: .* calls https:\/\/id\.example\.com, /),
    ])
  })

  it('with endpoints is fine even if they are added later; services without one are named', async () => {
    const some = (vpc: Vpc) => {
      vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 })
      const service = InterfaceVpcEndpointAwsService.SECRETS_MANAGER
      vpc.addInterfaceEndpoint('Secrets', { service })
    }
    const stack = await inVpc('isolated', {}, some)
    expect(warned(stack, 'waybill:unreachable')).toEqual([
      expect.stringMatching(/^\/Stack\/Uploads\/Arrival: .* endpoint to their VPC for events: /),
    ])
    const whole = await inVpc('isolated', {}, (vpc) => {
      some(vpc)
      vpc.addInterfaceEndpoint('Events', { service: InterfaceVpcEndpointAwsService.EVENTBRIDGE })
    })
    expect(warned(whole, 'waybill:unreachable')).toEqual([])
  })

  it('needs FIPS endpoints if the functions call these', async () => {
    const stack = await synthesise(
      (scope) => {
        const isolated = { name: 'inner', subnetType: SubnetType.PRIVATE_ISOLATED }
        const subnets = { natGateways: 0, subnetConfiguration: [isolated] }
        return { vpc: new Vpc(scope, 'Vpc', subnets) as IVpc, fips: true }
      },
      undefined,
      'us-east-1',
    )
    expect(warned(stack, 'waybill:unreachable-services')).toEqual([
      expect.stringMatching(/endpoint to their VPC for s3, secretsmanager-fips: /),
      expect.stringMatching(/for s3, secretsmanager-fips, events-fips: /),
    ])
  })

  it("does not count another VPC's endpoints", async () => {
    const stack = await inVpc('isolated', {}, ({ stack: scope }) => {
      const other = new Vpc(scope, 'Other', { maxAzs: 1 })
      other.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 })
    })
    expect(warned(stack, 'waybill:unreachable-services')[0]).toContain(
      'endpoint to their VPC for s3,',
    )
  })

  it('is required if subnets or security groups are given', async () => {
    const vpcSubnets = { subnetType: SubnetType.PRIVATE_ISOLATED }
    await expect(synthesise({ vpcSubnets })).rejects.toThrow(/vpcSubnets is set without vpc/)
    await expect(synthesise({ securityGroups: [] })).rejects.toThrow(/securityGroups is set/)
  })
})
