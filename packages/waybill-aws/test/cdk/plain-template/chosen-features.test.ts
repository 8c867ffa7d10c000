import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { type ISecurityGroup, type IVpc, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2'
import { type IKey, Key } from 'aws-cdk-lib/aws-kms'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { beforeAll, describe, expect, it } from 'vitest'
import { WaybillUploads, type WaybillUploadsProps } from 'waybill-aws/cdk'
import { builtLambdas } from '../../../../../tools/build/built-packages.ts'
import type { TemplateFeatures } from '../../../src/cdk/template/template-features.ts'
import { ACCOUNT, ORIGIN, only, REGION } from '../synthesised.ts'
import { comparable, make, newFolder, OBJECT_DEFAULTS, stackOf } from './choices.ts'
import { withValues } from './given-values.ts'

beforeAll(() => builtLambdas())

const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
const RULES = '{"photos":{"types":["image/png"],"maxSize":1024}}'
const GIVEN = {
  AllowedOrigins: [ORIGIN],
  Rules: RULES,
  Prefix: 'uploads/',
  JwtIssuer: 'https://id.example.com',
  JwtAudience: 'uploads',
  JwksUri: 'https://id.example.com/keys',
  KeyArn: KEY,
  SubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  SecurityGroupIds: ['sg-0123456789abcdef0', 'sg-0123456789abcdef1'],
}

/** What the construct makes of such props. */
async function constructed(
  propsOf: (scope: Stack) => Partial<WaybillUploadsProps>,
): Promise<unknown> {
  const builtinCloudFormationValidation = false
  const root = new App({ outdir: await newFolder(), builtinCloudFormationValidation })
  const scope = new Stack(root, 'Stack')
  const { JwtIssuer: issuer, JwtAudience: audience, JwksUri: jwksUri } = GIVEN
  const code = Code.fromInline('none')
  const uploads = new WaybillUploads(scope, 'Uploads', {
    allowedOrigins: [ORIGIN],
    auth: { type: 'jwt', issuer, audience, jwksUri },
    signerCode: code,
    environment: { WAYBILL_RULES: RULES },
    ...propsOf(scope),
  })
  const resources = withValues(Template.fromStack(scope).toJSON().Resources, {})
  return comparable(resources, uploads.node.addr.slice(-8))
}

async function templated(features: Partial<TemplateFeatures>): Promise<unknown> {
  const stack = await stackOf(features)
  const resources = withValues(Template.fromStack(stack).toJSON().Resources, GIVEN)
  return comparable(resources, stack.uploads.node.addr.slice(-8))
}

function inNetwork(scope: Stack): Partial<WaybillUploadsProps> {
  const vpc: IVpc = Vpc.fromVpcAttributes(scope, 'Vpc', {
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones: ['a', 'b'],
    privateSubnetIds: GIVEN.SubnetIds,
  })
  const securityGroups = GIVEN.SecurityGroupIds.map(
    (id): ISecurityGroup => SecurityGroup.fromSecurityGroupId(scope, id, id),
  )
  return { vpc, securityGroups }
}

describe('the plain template', () => {
  it.each<[string, Partial<TemplateFeatures>, (scope: Stack) => Partial<WaybillUploadsProps>]>([
    ['an HTTP API', { httpApi: true }, () => ({ functionUrl: false })],
    [
      'an HTTP API that IAM guards',
      { httpApi: true, auth: 'iam' },
      () => ({ functionUrl: false, auth: { type: 'iam' } }),
    ],
    [
      'defaults of objects',
      { objectDefaults: OBJECT_DEFAULTS },
      () => ({ objectDefaults: OBJECT_DEFAULTS }),
    ],
    [
      'defaults of objects, and a key',
      { objectDefaults: OBJECT_DEFAULTS, encryptionKey: true },
      (scope) => ({
        objectDefaults: OBJECT_DEFAULTS,
        encryptionKey: Key.fromKeyArn(scope, 'Key', KEY) as IKey,
      }),
    ],
    ['a VPC', { vpc: true }, inNetwork],
  ])("with %s contains the construct's resources", async (_name, features, propsOf) => {
    expect(await templated(features)).toEqual(await constructed(propsOf))
  })

  it("signs with the bucket's KMS key, which a parameter names, for new objects", async () => {
    const { text } = await make({ objectDefaults: OBJECT_DEFAULTS, encryptionKey: true })
    const { Environment } = only(
      { resources: JSON.parse(text).Resources },
      'AWS::Lambda::Function',
      /Signer/,
    ).Properties
    const setting = withValues(Environment.Variables.WAYBILL_OBJECT_DEFAULTS, GIVEN)
    expect(JSON.parse(String(setting))).toEqual({ ...OBJECT_DEFAULTS, sseKmsKeyId: KEY })
  })

  it("names the bucket in the account's namespace, with a prefix from a parameter", async () => {
    const stack = await stackOf({ accountNamespace: true })
    Template.fromStack(stack).hasResourceProperties('AWS::S3::Bucket', {
      BucketNamespace: 'account-regional',
      BucketNamePrefix: { Ref: 'BucketNamePrefix' },
    })
  })

  it('puts the web ACL before the signer, but not before files', async () => {
    const { text } = await make({ front: 'cloudfront', delivery: 'cloudfront', webAcl: true })
    const { Resources: resources } = JSON.parse(text)
    const aclOf = (id: RegExp) =>
      only({ resources }, 'AWS::CloudFront::Distribution', id).Properties.DistributionConfig
        .WebACLId
    expect(aclOf(/^Front/)).toEqual({ Ref: 'WebAclArn' })
    expect(aclOf(/^Delivery/)).toBeUndefined()
  })
})

describe('the note about a VPC', () => {
  it('lists the services that need internet access', async () => {
    const { warnings } = await make({ auth: 'iam', vpc: true })
    expect(warnings).toEqual([
      'Without NAT in the subnets, their VPC needs endpoints for S3, Secrets Manager and EventBridge: ' +
        'calls to them would time out',
    ])
  })

  it('includes DynamoDB and the token issuer if they are called', async () => {
    const { warnings } = await make({ quota: true, vpc: true })
    expect(warnings).toEqual([
      expect.stringMatching(
        /Secrets Manager, DynamoDB and EventBridge: .* the issuer of the tokens: that needs NAT$/,
      ),
    ])
  })
})
