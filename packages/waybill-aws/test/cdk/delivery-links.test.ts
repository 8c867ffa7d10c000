import { generateKeyPairSync } from 'node:crypto'
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { describe, expect, it } from 'vitest'
import { Delivery, type DeliveryLinks, type DeliveryProps } from 'waybill-aws/cdk'
import { may } from './access/access.ts'
import { ARRIVAL, SIGNER } from './access/questions.ts'
import {
  ACCOUNT,
  idOf,
  only,
  REGION,
  type Resource,
  type Synthesised,
  synthesise,
  variablesOf,
} from './synthesised.ts'

const CLOUDFRONT = { service: 'cloudfront.amazonaws.com' }
const KEY = 'uploads/aVq3/film.mp4'
const VERIFIED = { waybill: 'verified' }
const keyPair = () =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
const PEM = keyPair()
const PRIVATE_KEY_ARN = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:link-key-AbCdEf`

function linked(
  more: Partial<DeliveryProps> = {},
  keys: Pick<DeliveryLinks, 'publicKey' | 'otherPublicKeys'> = { publicKey: PEM.publicKey },
): Promise<Synthesised> {
  return synthesise({}, (stack, { bucket, signer }) => {
    const privateKey: ISecret = Secret.fromSecretCompleteArn(stack, 'Given', PRIVATE_KEY_ARN)
    const links = { signer, privateKey, ...keys }
    new Delivery(stack, 'Delivery', { bucket, links, ...more })
  })
}

const stack = await linked()

function behavior() {
  const { Properties } = only(stack, 'AWS::CloudFront::Distribution')
  return Properties.DistributionConfig.DefaultCacheBehavior
}

describe('a distribution with links', () => {
  it("trusts only the signer's key, never a mere address", () => {
    expect(behavior().TrustedKeyGroups).toEqual([idOf(stack, 'AWS::CloudFront::KeyGroup')])
    const key = only(stack, 'AWS::CloudFront::PublicKey').Properties.PublicKeyConfig
    expect(key.EncodedKey).toBe(PEM.publicKey)
    const group = only(stack, 'AWS::CloudFront::KeyGroup').Properties.KeyGroupConfig
    expect(group.Items).toEqual([idOf(stack, 'AWS::CloudFront::PublicKey')])
  })

  it('forwards version, disposition and type to S3, and caches each separately', () => {
    const { CachePolicyConfig } = only(stack, 'AWS::CloudFront::CachePolicy').Properties
    expect(CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.QueryStringsConfig).toEqual({
      QueryStringBehavior: 'whitelist',
      QueryStrings: ['versionId', 'response-content-disposition', 'response-content-type'],
    })
  })

  it("passes on S3's signed disposition, and sets its own if there is none", () => {
    const { ResponseHeadersPolicyConfig } = only(
      stack,
      'AWS::CloudFront::ResponseHeadersPolicy',
    ).Properties
    expect(ResponseHeadersPolicyConfig.CustomHeadersConfig.Items).toContainEqual({
      Header: 'Content-Disposition',
      Value: 'attachment',
      Override: false,
    })
  })

  it.each([
    ['s3:GetObjectVersion', VERIFIED, true],
    ['s3:GetObject', VERIFIED, true],
    ['s3:GetObjectVersion', { waybill: 'pending' }, false],
    ['s3:GetObjectVersion', {}, false],
    ['s3:GetObjectVersionTagging', VERIFIED, false],
  ])('requests by %s an object that is %o: %s', async (action, tags, answer) => {
    const source = `arn:aws:cloudfront::${ACCOUNT}:distribution/${idOf(stack, 'AWS::CloudFront::Distribution')}`
    const context = { 'aws:SourceArn': source, 'aws:SourceAccount': ACCOUNT }
    expect(await may(stack, { who: CLOUDFRONT, action, key: KEY, tags, context })).toBe(answer)
  })

  it('gives the signer its address and the key, which only the signer can read', async () => {
    const Variables = variablesOf(stack)
    expect(Variables).toMatchObject({
      WAYBILL_VERIFIED_ONLY: 'on',
      WAYBILL_LINKS_URL: `https://${idOf(stack, 'AWS::CloudFront::Distribution')}.DomainName/`,
      WAYBILL_LINKS_KEY_ID: idOf(stack, 'AWS::CloudFront::PublicKey'),
      WAYBILL_LINKS_KEY_ARN: PRIVATE_KEY_ARN,
    })
    const question = { action: 'secretsmanager:GetSecretValue', resource: PRIVATE_KEY_ARN }
    expect(await may(stack, { who: SIGNER, ...question })).toBe(true)
    expect(await may(stack, { who: ARRIVAL, ...question })).toBe(false)
  })

  it('accepts links signed with the previous key, whose resource stays the same', async () => {
    const next = keyPair().publicKey
    const replaced = await linked({}, { publicKey: next, otherPublicKeys: [PEM.publicKey] })
    const keysOf = ({ resources }: Synthesised) =>
      Object.fromEntries(
        Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::CloudFront::PublicKey'),
      )
    const [[id, key]] = Object.entries(keysOf(stack)) as [[string, Resource]]
    expect(keysOf(replaced)[id]).toEqual(key)
    const { Items } = only(replaced, 'AWS::CloudFront::KeyGroup').Properties.KeyGroupConfig
    expect(Items.toSorted()).toEqual(Object.keys(keysOf(replaced)).toSorted())
    const Variables = variablesOf(replaced)
    expect(keysOf(replaced)[Variables.WAYBILL_LINKS_KEY_ID]?.Properties).toMatchObject({
      PublicKeyConfig: { EncodedKey: next },
    })
  })

  it.each<[string, Partial<DeliveryProps>, RegExp]>([
    ['everybody as viewers', { viewers: 'everybody' }, /these viewers need no links/],
    [
      'a private key as the public one',
      {
        links: {
          publicKey: PEM.privateKey,
        } as NonNullable<DeliveryProps['links']>,
      },
      /not the PEM of a public key/,
    ],
    [
      'the same key as the current and the previous one',
      {
        links: {
          publicKey: PEM.publicKey,
          otherPublicKeys: [`${PEM.publicKey}\n`],
        } as unknown as NonNullable<DeliveryProps['links']>,
      },
      /otherPublicKeys\[0\] is passed twice/,
    ],
  ])('rejects %s', async (_what, more, message) => {
    const refused = linked(more)
    await expect(refused).rejects.toThrow(message)
    await expect(refused).rejects.not.toThrow(/PRIVATE/)
  })
})

describe('a distribution that nobody could read from', () => {
  it('is rejected', async () => {
    const making = synthesise({}, (scope, { bucket }) => {
      new Delivery(scope, 'Delivery', { bucket })
    })
    await expect(making).rejects.toThrow(/expected key groups, links, or 'everybody'/)
  })
})
