import { Annotations, Match } from 'aws-cdk-lib/assertions'
import { Certificate, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager'
import { Distribution, KeyGroup, PublicKey } from 'aws-cdk-lib/aws-cloudfront'
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import { type IKey, Key } from 'aws-cdk-lib/aws-kms'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { describe, expect, it } from 'vitest'
import { Delivery, type DeliveryProps, type WaybillUploadsProps } from 'waybill-aws/cdk'
import { may } from './access/access.ts'
import {
  ACCOUNT,
  idOf,
  newStack,
  only,
  REGION,
  read,
  type Synthesised,
  synthesise,
} from './synthesised.ts'

const CLOUDFRONT = { service: 'cloudfront.amazonaws.com' }
const KEY = 'uploads/aVq3/film.mp4'
const VERIFIED = { waybill: 'verified' }
const EVERYBODY = { viewers: 'everybody' } as const

const stack = await delivering()

function delivering(
  props: Partial<DeliveryProps> = {},
  uploadsProps: Parameters<typeof synthesise>[0] = {},
): Promise<Synthesised> {
  return synthesise(uploadsProps, (scope, { bucket }) => {
    new Delivery(scope, 'Delivery', { ...EVERYBODY, bucket, ...props })
  })
}

const distributionOf = (given: Pick<Synthesised, 'resources'>) =>
  only(given, 'AWS::CloudFront::Distribution').Properties.DistributionConfig

const arnOf = (given: Synthesised) =>
  `arn:aws:cloudfront::${ACCOUNT}:distribution/${idOf(given, 'AWS::CloudFront::Distribution')}`

interface Request {
  readonly action?: string
  readonly key?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly from?: string
}

/** Whether CloudFront gets it, on behalf of a distribution: this one unless another is named. */
function gets({ action = 's3:GetObject', key = KEY, tags = {}, from }: Request): Promise<boolean> {
  const context = { 'aws:SourceArn': from ?? arnOf(stack), 'aws:SourceAccount': ACCOUNT }
  return may(stack, { who: CLOUDFRONT, action, key, tags, context })
}

describe('the distribution', () => {
  it('reads verified objects', async () => {
    expect(await gets({ tags: VERIFIED })).toBe(true)
  })

  it.each<[string, Request]>([
    ['an object without a verdict', {}],
    ['a pending object', { tags: { waybill: 'pending' } }],
    ['a rejected object', { tags: { waybill: 'rejected' } }],
    ['an object outside the prefix', { key: 'site/index.html', tags: VERIFIED }],
    ['an older version', { action: 's3:GetObjectVersion', tags: VERIFIED }],
    ["an object's tags", { action: 's3:GetObjectTagging', tags: VERIFIED }],
    [
      "an object for another's distribution",
      { tags: VERIFIED, from: `arn:aws:cloudfront::${ACCOUNT}:distribution/OTHER` },
    ],
  ])('does not read %s', async (_what, request) => {
    expect(await gets(request)).toBe(false)
  })

  it.each(['s3:PutObject', 's3:DeleteObject', 's3:PutObjectTagging'])(
    'may not call %s',
    async (action) => {
      expect(await gets({ action, tags: VERIFIED })).toBe(false)
    },
  )

  it('may not list the bucket', async () => {
    const context = { 'aws:SourceArn': arnOf(stack) }
    expect(await may(stack, { who: CLOUDFRONT, action: 's3:ListBucket', context })).toBe(false)
  })

  it('opens the bucket to nobody else', async () => {
    const question = { action: 's3:GetObject', key: KEY, tags: VERIFIED }
    expect(await may(stack, { ...question, who: 'anonymous' })).toBe(false)
  })

  it('always signs its requests to the bucket', () => {
    const control = only(stack, 'AWS::CloudFront::OriginAccessControl').Properties
    expect(control.OriginAccessControlConfig).toMatchObject({
      OriginAccessControlOriginType: 's3',
      SigningBehavior: 'always',
      SigningProtocol: 'sigv4',
    })
    const [origin, ...others] = distributionOf(stack).Origins
    expect(others).toEqual([])
    expect(origin.OriginAccessControlId).toBeDefined()
  })

  it('accepts only HTTPS, and only reads', () => {
    expect(distributionOf(stack).DefaultCacheBehavior).toMatchObject({
      ViewerProtocolPolicy: 'https-only',
      AllowedMethods: ['GET', 'HEAD'],
    })
  })

  it('caches an object for at most a day, whatever its uploader set', () => {
    const { CachePolicyConfig } = only(stack, 'AWS::CloudFront::CachePolicy').Properties
    expect(CachePolicyConfig).toMatchObject({ MinTTL: 1, DefaultTTL: 86_400, MaxTTL: 86_400 })
    const { DefaultCacheBehavior } = distributionOf(stack)
    expect(DefaultCacheBehavior.CachePolicyId).toMatch(/^DeliveryCache/)
  })

  it('retries at once an object that was forbidden before its verdict', () => {
    expect(distributionOf(stack).CustomErrorResponses).toEqual([
      { ErrorCode: 403, ErrorCachingMinTTL: 1 },
    ])
  })
})

describe('a delivered object', () => {
  const headersOf = (given: Synthesised) =>
    only(given, 'AWS::CloudFront::ResponseHeadersPolicy').Properties.ResponseHeadersPolicyConfig

  it('is downloaded, never sniffed, and runs no scripts', () => {
    const { SecurityHeadersConfig: security, CustomHeadersConfig: custom } = headersOf(stack)
    expect(security.ContentTypeOptions).toEqual({ Override: true })
    const { ContentSecurityPolicy: policy, Override } = security.ContentSecurityPolicy
    expect(policy.split('; ')).toEqual(expect.arrayContaining(["default-src 'none'", 'sandbox']))
    expect(policy).not.toContain('allow-')
    expect(Override).toBe(true)
    expect(custom.Items).toContainEqual({
      Header: 'Content-Disposition',
      Value: 'attachment',
      Override: true,
    })
  })

  it('does not include its waybill', () => {
    const removed = headersOf(stack).RemoveHeadersConfig.Items
    expect(removed).toContainEqual({ Header: 'x-amz-meta-waybill' })
  })

  it("can be read only by the allowed origins' scripts", async () => {
    expect(headersOf(stack).CorsConfig).toBeUndefined()
    const given = await delivering({ allowedOrigins: ['https://app.example.com'] })
    expect(headersOf(given).CorsConfig).toMatchObject({
      AccessControlAllowOrigins: { Items: ['https://app.example.com'] },
      AccessControlAllowCredentials: false,
    })
  })

  it('is displayed if that is configured', async () => {
    const { CustomHeadersConfig: custom } = headersOf(
      await delivering({ contentDisposition: 'inline' }),
    )
    expect(custom.Items).toContainEqual(
      expect.objectContaining({ Header: 'Content-Disposition', Value: 'inline' }),
    )
  })
})

describe('viewers', () => {
  it('with a key group need its signature', async () => {
    const given = await synthesise({}, (scope, { bucket }) => {
      const encodedKey = '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----'
      const items = [new PublicKey(scope, 'PublicKey', { encodedKey })]
      const viewers = [new KeyGroup(scope, 'Viewers', { items })]
      new Delivery(scope, 'Delivery', { bucket, viewers })
    })
    expect(distributionOf(given).DefaultCacheBehavior.TrustedKeyGroups).toHaveLength(1)
    expect(distributionOf(stack).DefaultCacheBehavior.TrustedKeyGroups).toBeUndefined()
  })

  it('are never everybody by accident', async () => {
    await expect(delivering({ viewers: [] })).rejects.toThrow(/viewers has no key group/)
  })
})

describe('a custom domain', () => {
  const certificateArn = `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/1234`
  const withDomain = (names: Partial<WaybillUploadsProps> = {}) =>
    synthesise(names, (scope, { bucket }) => {
      const certificate: ICertificate = Certificate.fromCertificateArn(
        scope,
        'Cert',
        certificateArn,
      )
      const domainName = 'files.example.com'
      const delivery = new Delivery(scope, 'Delivery', {
        ...EVERYBODY,
        bucket,
        domainName,
        certificate,
      })
      expect(delivery.url).toBe('https://files.example.com/')
    })

  it('uses its certificate, and TLS 1.2', async () => {
    const config = distributionOf(await withDomain())
    expect(config.Aliases).toEqual(['files.example.com'])
    expect(config.ViewerCertificate).toMatchObject({
      AcmCertificateArn: certificateArn,
      MinimumProtocolVersion: 'TLSv1.2_2021',
    })
  })

  it('is rejected without a certificate', async () => {
    await expect(delivering({ domainName: 'files.example.com' })).rejects.toThrow(
      /domainName and certificate together, got only domainName/,
    )
  })
})

describe('a bucket', () => {
  it("with a KMS key lets the account's distributions decrypt, and no others", async () => {
    const given = await delivering({}, (scope) => ({
      encryptionKey: new Key(scope, 'Key') as IKey,
    }))
    const resource = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${idOf(given, 'AWS::KMS::Key')}`
    const ask = (account: string, action: string) =>
      may(given, {
        who: CLOUDFRONT,
        action,
        resource,
        context: { 'aws:SourceArn': `arn:aws:cloudfront::${account}:distribution/E1` },
      })
    expect(await ask(ACCOUNT, 'kms:Decrypt')).toBe(true)
    expect(await ask(ACCOUNT, 'kms:GenerateDataKey')).toBe(false)
    expect(await ask('999999999999', 'kms:Decrypt')).toBe(false)
  })

  it('in another app is reported with what its policy lacks', () => {
    const scope = newStack()
    const bucket = Bucket.fromBucketName(scope, 'Existing', 'existing-uploads')
    new Delivery(scope, 'Delivery', { ...EVERYBODY, bucket })
    expect(() => only(read(scope), 'AWS::S3::BucketPolicy')).toThrow(/0 resources/)
    Annotations.fromStack(scope).hasWarning(
      '/Stack/Delivery',
      Match.stringLikeRegexp('waybill:delivery-not-allowed'),
    )
  })
})

describe('the denial of unverified reads', () => {
  it("also holds for a distribution that CDK's own origin lets read the whole bucket", async () => {
    const given = await synthesise({}, (scope, { bucket }) => {
      const origin = S3BucketOrigin.withOriginAccessControl(bucket)
      new Distribution(scope, 'Everything', { defaultBehavior: { origin } })
    })
    const ask = (tags: Readonly<Record<string, string>>) => {
      const context = { 'aws:SourceArn': arnOf(given) }
      return may(given, { who: CLOUDFRONT, action: 's3:GetObject', key: KEY, tags, context })
    }
    expect(await ask(VERIFIED)).toBe(true)
    expect(await ask({ waybill: 'rejected' })).toBe(false)
    expect(await ask({})).toBe(false)
  })
})
