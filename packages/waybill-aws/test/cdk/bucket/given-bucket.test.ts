import type { Stack } from 'aws-cdk-lib'
import { Annotations, Match } from 'aws-cdk-lib/assertions'
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam'
import { type IKey, Key } from 'aws-cdk-lib/aws-kms'
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3'
import { describe, expect, it } from 'vitest'
import { Delivery, UploadBucket, WaybillUploads } from 'waybill-aws/cdk'
import { may } from '../access/access.ts'
import {
  ACCOUNT,
  newStack,
  ORIGIN,
  only,
  REGION,
  read,
  type Synthesised,
  synthesise,
  USUAL,
} from '../synthesised.ts'

interface Statement {
  readonly Sid?: string
  readonly Effect: string
  readonly Resource: string
  readonly Principal?: { readonly AWS?: string }
  readonly Condition?: object
}

const statementsOf = (stack: Pick<Synthesised, 'resources'>): readonly Statement[] =>
  only(stack, 'AWS::S3::BucketPolicy').Properties.PolicyDocument.Statement

function hasWarning(stack: Stack, place: string, text: string) {
  Annotations.fromStack(stack).hasWarning(place, Match.stringLikeRegexp(text))
}

describe('an existing bucket', () => {
  it('is used as it is, and its owner is told what its policy lacks', () => {
    const stack = newStack()
    const bucket = Bucket.fromBucketName(stack, 'Existing', 'existing-uploads')
    new WaybillUploads(stack, 'Uploads', { ...USUAL, bucket })
    expect(() => only(read(stack), 'AWS::S3::Bucket')).toThrow(/0 resources/)
    hasWarning(stack, '/Stack/Uploads', 'waybill:bucket-policy-not-added')
  })

  it('in the same app gets the two denials', () => {
    const stack = newStack()
    const { bucket } = new UploadBucket(stack, 'Bucket', { allowedOrigins: [ORIGIN] })
    new WaybillUploads(stack, 'Uploads', { ...USUAL, bucket: bucket as IBucket })
    const sids = statementsOf(read(stack)).map(({ Sid }) => Sid)
    expect(sids).toEqual(expect.arrayContaining(['DenyReadsOfUnverified', 'DenyForeignVerdicts']))
  })
})

describe('an existing bucket with a KMS key', () => {
  const arn = `arn:aws:kms:${REGION}:${ACCOUNT}:key/0a1b2c3d-0000-4000-8000-000000000000`
  const given = (where: 'prop' | 'bucket') =>
    synthesise(
      (scope) => {
        const encryptionKey: IKey = Key.fromKeyArn(scope, 'Theirs', arn)
        const bucketName = 'existing-uploads'
        return where === 'prop'
          ? { encryptionKey, bucket: Bucket.fromBucketName(scope, 'Existing', bucketName) }
          : {
              bucket: Bucket.fromBucketAttributes(scope, 'Existing', { bucketName, encryptionKey }),
            }
      },
      (scope, uploads) => {
        const role = new Role(scope, 'Reader', { assumedBy: new AccountPrincipal(ACCOUNT) })
        uploads.grantReadVerified(role)
      },
    )

  it.each(['prop', 'bucket'] as const)(
    'is written and read with it, named by the %s',
    async (where) => {
      const stack = await given(where)
      const context = { 'kms:ViaService': `s3.${REGION}.amazonaws.com` }
      const ask = (role: RegExp, action: string) =>
        may(stack, { who: { role }, action, resource: arn, context })
      expect(await ask(/SignerRole/, 'kms:GenerateDataKey')).toBe(true)
      expect(await ask(/SignerRole/, 'kms:Decrypt')).toBe(true)
      expect(await ask(/ArrivalRole/, 'kms:Decrypt')).toBe(true)
      expect(await ask(/ArrivalRole/, 'kms:GenerateDataKey')).toBe(false)
      expect(await ask(/Reader/, 'kms:Decrypt')).toBe(true)
    },
  )

  it('is delivered by a distribution whose owner is told what the key policy lacks', () => {
    const stack = newStack()
    const encryptionKey = Key.fromKeyArn(stack, 'Theirs', arn)
    const { bucket } = new UploadBucket(stack, 'Bucket', { allowedOrigins: [ORIGIN] })
    const delivered = { bucket: bucket as IBucket, viewers: 'everybody', encryptionKey } as const
    new Delivery(stack, 'Delivery', delivered)
    hasWarning(stack, '/Stack/Delivery', 'call kms:Decrypt .+waybill:delivery-cannot-decrypt')
  })
})

describe('two constructs for one bucket', () => {
  it('each guard their own prefix, with statement ids that fit into one policy', () => {
    const stack = newStack()
    const { bucket } = new UploadBucket(stack, 'Bucket', { allowedOrigins: [ORIGIN] })
    const shared = { ...USUAL, bucket: bucket as IBucket }
    new WaybillUploads(stack, 'Uploads', shared)
    new WaybillUploads(stack, 'Photos', { ...shared, prefix: 'photos/' })
    for (const id of ['Inline', 'Attachment'])
      new Delivery(stack, id, { bucket: bucket as IBucket, viewers: 'everybody' })
    const made = read(stack)
    const sids = statementsOf(made).flatMap(({ Sid }) => Sid ?? [])
    expect(new Set(sids).size).toBe(sids.length)
    for (const sid of sids) expect(sid).toMatch(/^[A-Za-z0-9]+$/)
    const guarded = statementsOf(made).filter(({ Sid }) => Sid?.startsWith('DenyReadsOfUnverified'))
    expect(guarded.map(({ Resource }) => Resource.replace(/^[^/]*/, ''))).toEqual([
      '/uploads/*',
      '/photos/*',
    ])
  })
})

describe('two constructs in one stack', () => {
  it('share nothing', async () => {
    const { resources } = await synthesise({}, (stack) => {
      new WaybillUploads(stack, 'Others', USUAL)
    })
    const count = (type: string) =>
      Object.values(resources).filter(({ Type }) => Type === type).length
    expect(count('AWS::S3::Bucket')).toBe(2)
    expect(count('AWS::Lambda::Function')).toBe(4)
    expect(count('AWS::CloudWatch::Dashboard')).toBe(2)
  })
})

describe('grantReadVerified', () => {
  it("lets a reader in another account read, through the bucket's policy", async () => {
    const stack = await synthesise({}, (_scope, uploads) => {
      uploads.grantReadVerified(new AccountPrincipal('444455556666'))
    })
    const allowed = statementsOf(stack).filter(({ Effect }) => Effect === 'Allow')
    expect(allowed).toHaveLength(1)
    expect(allowed[0]).toMatchObject({
      Action: 's3:GetObject',
      Principal: { AWS: 'arn:aws:iam::444455556666:root' },
      Condition: { StringEquals: { 's3:ExistingObjectTag/waybill': 'verified' } },
    })
  })

  it('reports that there is no policy to add the grant to', () => {
    const stack = newStack()
    const bucket = Bucket.fromBucketName(stack, 'Existing', 'existing-uploads')
    const given = { ...USUAL, bucket }
    const uploads = new WaybillUploads(stack, 'Uploads', given)
    const foreign = new AccountPrincipal('444455556666')
    expect(() => uploads.grantReadVerified(foreign)).toThrow(/which this app cannot change/)
    const role = new Role(stack, 'Reader', { assumedBy: foreign })
    expect(() => uploads.grantReadVerified(role)).not.toThrow()
  })
})
