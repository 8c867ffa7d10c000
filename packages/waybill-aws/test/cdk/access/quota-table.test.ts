import { Size } from 'aws-cdk-lib'
import { Annotations, Match } from 'aws-cdk-lib/assertions'
import { GatewayVpcEndpointAwsService, type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2'
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { beforeAll, describe, expect, it } from 'vitest'
import type { DeclaredQuota, DeclaredRule } from 'waybill-aws/cdk'
import { nagFindings } from '../nag-findings.ts'
import { ACCOUNT, REGION, type Synthesised, synthesise, variablesOf } from '../synthesised.ts'
import { may, type Question } from './access.ts'
import { ARRIVAL, READER, SIGNER } from './questions.ts'

const TABLE = 'AWS::DynamoDB::Table'
const QUOTA: DeclaredQuota = { files: 200, size: Size.gibibytes(2), every: 'day' }

function rules(quota?: DeclaredQuota): Readonly<Record<string, DeclaredRule>> {
  const rule = { types: ['image/png'], maxSize: Size.mebibytes(1), public: true }
  return { photos: { ...rule, ...(quota ? { quota } : {}) }, other: rule }
}

const tablesIn = ({ resources }: Synthesised) =>
  Object.entries(resources).filter(([, { Type }]) => Type === TABLE)

describe('a stack whose rules have a quota', () => {
  let stack: Synthesised
  let table: string

  beforeAll(async () => {
    stack = await synthesise({ rules: rules(QUOTA) }, (scope, uploads) => {
      const assumedBy = new AccountPrincipal(ACCOUNT)
      uploads.grantReadVerified(new Role(scope, 'Reader', { assumedBy }))
    })
    table = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${tablesIn(stack)[0]?.[0]}`
  })

  it('has one on-demand table, whose items expire and which is deleted with the stack', () => {
    const [[, made] = [], ...others] = tablesIn(stack)
    expect(others).toEqual([])
    expect(made).toMatchObject({
      DeletionPolicy: 'Delete',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      },
    })
  })

  it('passes the table and the quota in bytes to the signer', () => {
    const { WAYBILL_QUOTA_TABLE: name, WAYBILL_RULES: text } = variablesOf(stack)
    expect(name).toBe(tablesIn(stack)[0]?.[0])
    expect(JSON.parse(text).photos.quota).toEqual({ files: 200, size: 2 * 1024 ** 3, every: 'day' })
    expect(JSON.parse(text).other).not.toHaveProperty('quota')
    expect(stack.stack.resolve(stack.uploads.signer.quotaTable?.tableName)).toEqual({ Ref: name })
  })

  it('has no cdk-nag findings', async () => {
    const own = nagFindings(stack.stack).filter((each) => each.startsWith('Stack/Uploads'))
    expect(own).toEqual(nagFindings((await synthesise()).stack))
  })

  const questions: readonly (readonly ['may' | 'may not', Question['who'], string])[] = [
    ['may', SIGNER, 'UpdateItem'],
    ['may', SIGNER, 'GetItem'],
    ['may not', SIGNER, 'DeleteItem'],
    ['may not', SIGNER, 'PutItem'],
    ['may not', SIGNER, 'BatchWriteItem'],
    ['may not', SIGNER, 'Scan'],
    ['may not', SIGNER, 'Query'],
    ['may not', SIGNER, 'DeleteTable'],
    ['may not', SIGNER, 'UpdateTimeToLive'],
    ['may not', ARRIVAL, 'UpdateItem'],
    ['may not', ARRIVAL, 'GetItem'],
    ['may not', READER, 'UpdateItem'],
    ['may not', READER, 'GetItem'],
    ['may not', 'anonymous', 'UpdateItem'],
  ]
  it.each(questions)('%s let %o %s', async (answer, who, operation) => {
    const question = { who, action: `dynamodb:${operation}`, resource: table }
    expect(await may(stack, question)).toBe(answer === 'may')
  })

  it('lets the signer count in no other table', async () => {
    for (const action of ['dynamodb:UpdateItem', 'dynamodb:GetItem']) {
      const resource = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/accounts`
      expect(await may(stack, { who: SIGNER, action, resource })).toBe(false)
    }
  })
})

describe('a stack without quotas', () => {
  it('has no table, and its signer may not count anywhere', async () => {
    const stack = await synthesise({ rules: rules() })
    expect(tablesIn(stack)).toEqual([])
    expect(variablesOf(stack)).not.toHaveProperty('WAYBILL_QUOTA_TABLE')
    expect(stack.uploads.signer.quotaTable).toBeUndefined()
    const resource = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/any`
    expect(await may(stack, { who: SIGNER, action: 'dynamodb:UpdateItem', resource })).toBe(false)
  })
})

describe('rules in code', () => {
  const signerCode = () => ({
    signerCode: Code.fromAsset('packages/waybill-aws/dist/lambda-assets/signer'),
  })

  it('have a table if codeAllows says that they have quotas', async () => {
    const stack = await synthesise(() => ({ ...signerCode(), codeAllows: { quota: true } }))
    expect(tablesIn(stack)).toHaveLength(1)
    expect(variablesOf(stack).WAYBILL_QUOTA_TABLE).toBe(tablesIn(stack)[0]?.[0])
  })

  it('have none otherwise', async () => {
    expect(tablesIn(await synthesise(signerCode))).toEqual([])
  })
})

describe('the quota prop', () => {
  it.each<[object, string]>([
    [{ every: 'day' }, 'rules.photos.quota has neither files nor size'],
    [{ files: 0, every: 'day' }, 'rules.photos.quota.files is 0'],
    [{ size: Size.kibibytes(1), every: 'day' }, 'rules.photos.quota.size is 1024 bytes, less than'],
    [{ files: 1, every: 'week' }, 'rules.photos.quota.every is'],
  ])('is rejected at synthesis: %j', async (quota, message) => {
    await expect(synthesise({ rules: rules(quota as DeclaredQuota) })).rejects.toThrow(message)
  })
})

describe('a VPC without internet access', () => {
  const inVpc = (endpoint: boolean) =>
    synthesise((scope) => {
      const subnetConfiguration = [{ name: 'isolated', subnetType: SubnetType.PRIVATE_ISOLATED }]
      const vpc = new Vpc(scope, 'Vpc', { maxAzs: 2, subnetConfiguration })
      const service = GatewayVpcEndpointAwsService.DYNAMODB
      if (endpoint) vpc.addGatewayEndpoint('DynamoDB', { service })
      return { rules: rules(QUOTA), vpc: vpc as IVpc }
    })

  it('gets a warning about DynamoDB, too, unless it has an endpoint for it', async () => {
    const warned = ({ stack }: Synthesised) =>
      Annotations.fromStack(stack)
        .findWarning(
          '/Stack/Uploads/Signer',
          Match.stringLikeRegexp('adds no endpoint to their VPC for'),
        )
        .map(({ entry }) => String(entry.data))
        .join()
    expect(warned(await inVpc(false))).toContain('s3, secretsmanager, dynamodb:')
    expect(warned(await inVpc(true))).toContain('s3, secretsmanager:')
  })
})
