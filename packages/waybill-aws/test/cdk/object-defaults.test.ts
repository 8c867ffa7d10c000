import { Size } from 'aws-cdk-lib'
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam'
import { type IKey, Key } from 'aws-cdk-lib/aws-kms'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import type { WaybillUploadsProps } from 'waybill-aws/cdk'
import { may, type Question } from './access/access.ts'
import { ARRIVAL, KEY, PENDING, type Row, SIGNER, VERIFIED } from './access/questions.ts'
import { signedForm } from './deployed-handler.ts'
import { nagFindings } from './nag-findings.ts'
import { ACCOUNT, REGION, RULES, type Synthesised, synthesise, variablesOf } from './synthesised.ts'

type Defaults = NonNullable<WaybillUploadsProps['objectDefaults']>

const OWN = { team: 'media', 'cost centre': '12' }
const DEFAULTS: Defaults = {
  storageClass: 'STANDARD_IA',
  cacheControl: 'private, max-age=3600',
  tags: OWN,
}

const defaultsOf = (stack: Synthesised) =>
  JSON.parse(variablesOf(stack).WAYBILL_OBJECT_DEFAULTS ?? '')

describe('objectDefaults', () => {
  it('set no variable unless they are given', async () => {
    expect(variablesOf(await synthesise())).not.toHaveProperty('WAYBILL_OBJECT_DEFAULTS')
  })

  it('reach every form that the deployed signer signs, without warnings', async () => {
    const stack = await synthesise({ objectDefaults: DEFAULTS })
    expect((await signedForm(variablesOf(stack))).fields).toMatchObject({
      'x-amz-storage-class': 'STANDARD_IA',
      'Cache-Control': 'private, max-age=3600',
      tagging: expect.stringContaining('<Key>cost centre</Key><Value>12</Value>'),
    })
    expect(nagFindings(stack.stack)).toEqual(nagFindings((await synthesise()).stack))
  })

  it.each<[string, Partial<Defaults>, RegExp]>([
    ['a tag of Waybill', { tags: { waybill: 'verified' } }, /none that begins with 'waybill'/],
    ['a key without KMS', { bucketKeyEnabled: true }, /bucketKeyEnabled needs/],
    [
      'more than fits',
      { tags: { a: 'x'.repeat(256), b: 'x'.repeat(256), c: 'x'.repeat(256) } },
      /bytes/,
    ],
  ])('are rejected at synthesis: %s', async (_what, objectDefaults, message) => {
    await expect(synthesise({ objectDefaults })).rejects.toThrow(message)
  })

  it('leave less room in the environment for the rules', async () => {
    const types = Array.from({ length: 170 }, (_, at) => `video/x-type-${at}`)
    const rules = { video: { types, maxSize: Size.mebibytes(1), public: true } }
    await expect(synthesise({ rules, objectDefaults: DEFAULTS })).rejects.toThrow(
      /environment will have about \d+ characters of JSON, at most 4096/,
    )
    await expect(synthesise({ rules })).resolves.toBeDefined()
  })
})

const tag = (requestTags: Question['requestTags'], more: Partial<Question> = {}): Question => ({
  who: SIGNER,
  action: 's3:PutObjectTagging',
  key: KEY,
  ...(requestTags ? { requestTags } : {}),
  ...more,
})

const EITHER_WAY: readonly Row[] = [
  ['may', 'begin an upload in parts, where S3 tells no tags', tag(undefined)],
  ['may not', 'store one with another value', tag({ ...PENDING, ...OWN, team: 'other' })],
  ['may not', 'store one with another tag', tag({ ...PENDING, ...OWN, case: '7' })],
  ['may not', 'store one as verified', tag({ ...VERIFIED, ...OWN })],
  ['may not', 'take the verdict of another away', tag(OWN, { tags: VERIFIED })],
  [
    'may not',
    'tag a version',
    tag({ ...PENDING, ...OWN }, { action: 's3:PutObjectVersionTagging' }),
  ],
  ['may not', 'tag outside the prefix', tag({ ...PENDING, ...OWN }, { key: 'site/a.html' })],
]

describe('a signer with custom tags', () => {
  const stacks: Partial<Record<'pending' | 'plain' | 'claims', Synthesised>> = {}
  beforeAll(async () => {
    const objectDefaults = { tags: OWN }
    stacks.pending = await synthesise({ objectDefaults })
    stacks.plain = await synthesise({ objectDefaults, pendingTag: false })
  })
  const ask = (stack: Synthesised | undefined, question: Question) => {
    if (!stack) throw new Error('not synthesised')
    return may(stack, question)
  }

  it.each<Row>([
    ['may', 'store an object with them', tag({ ...PENDING, ...OWN })],
    ['may', 'store one that was signed before there were any', tag(PENDING)],
    ['may not', 'store one without the pending tag', tag(OWN)],
    ...EITHER_WAY,
  ])('%s %s', async (answer, _what, question) => {
    expect(await ask(stacks.pending, question)).toBe(answer === 'may')
  })

  it.each<Row>([
    ['may', 'store an object with them', tag(OWN)],
    ['may not', 'store one as pending', tag({ ...PENDING, ...OWN })],
    ...EITHER_WAY,
  ])('without the pending tag %s %s', async (answer, _what, question) => {
    expect(await ask(stacks.plain, question)).toBe(answer === 'may')
  })
})

describe('a key of new objects', () => {
  const arnOf = (id: string) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`
  const keyed = (objects: string | undefined, bucket: string) =>
    synthesise(
      (scope) => {
        const key = (id: string): IKey => Key.fromKeyArn(scope, id, arnOf(id))
        return {
          bucket: Bucket.fromBucketName(scope, 'Existing', 'existing-uploads'),
          encryptionKey: key(bucket),
          objectDefaults: {
            serverSideEncryption: 'aws:kms',
            ...(objects ? { encryptionKey: key(objects) } : {}),
          },
        }
      },
      (scope, uploads) => {
        const role = new Role(scope, 'Reader', { assumedBy: new AccountPrincipal(ACCOUNT) })
        uploads.grantReadVerified(role)
      },
    )
  const context = { 'kms:ViaService': `s3.${REGION}.amazonaws.com` }

  it("can be used by the roles, together with the bucket's key, and no other", async () => {
    const stack = await keyed('objects', 'bucket')
    expect(defaultsOf(stack).sseKmsKeyId).toBe(arnOf('objects'))
    const ask = (who: Question['who'], action: string, id: string) =>
      may(stack, { who, action, resource: arnOf(id), context })
    for (const id of ['objects', 'bucket']) {
      expect(await ask(SIGNER, 'kms:GenerateDataKey', id)).toBe(true)
      expect(await ask(ARRIVAL, 'kms:Decrypt', id)).toBe(true)
      expect(await ask(ARRIVAL, 'kms:GenerateDataKey', id)).toBe(false)
      expect(await ask({ role: /Reader/ }, 'kms:Decrypt', id)).toBe(true)
    }
    expect(await ask(SIGNER, 'kms:GenerateDataKey', 'another')).toBe(false)
  })

  it("defaults to the bucket's key, because S3 would use the account's", async () => {
    const stack = await keyed(undefined, 'bucket')
    expect(defaultsOf(stack)).toEqual({
      serverSideEncryption: 'aws:kms',
      sseKmsKeyId: arnOf('bucket'),
    })
  })

  it('may be a new one, whose ARN only CloudFormation knows', async () => {
    const stack = await synthesise((scope) => ({
      rules: RULES,
      encryptionKey: new Key(scope, 'Key') as IKey,
      objectDefaults: { serverSideEncryption: 'aws:kms' },
    }))
    expect(defaultsOf(stack).sseKmsKeyId).toMatch(/^arn:aws:kms:eu-west-1:111122223333:key\/Key/)
  })
})
