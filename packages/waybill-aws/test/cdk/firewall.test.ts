import { App, Duration, Stack } from 'aws-cdk-lib'
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import {
  Delivery,
  SignerFirewall,
  type SignerFirewallProps,
  SignerFront,
  WaybillUploads,
} from 'waybill-aws/cdk'
import { nagFindings } from './nag-findings.ts'
import { ACCOUNT, newStack, ORIGIN, only, RULES, read } from './synthesised.ts'

const JWT = { type: 'jwt', issuer: 'https://id.example.com', audience: 'uploads' } as const

function aclOf(props?: SignerFirewallProps) {
  const stack = newStack('us-east-1')
  new SignerFirewall(stack, 'Firewall', props)
  return only(read(stack), 'AWS::WAFv2::WebACL').Properties
}

describe('SignerFirewall', () => {
  it("limits one address's calls in five minutes, and allows everything else", () => {
    const acl = aclOf()
    expect(acl).toMatchObject({ Scope: 'CLOUDFRONT', DefaultAction: { Allow: {} } })
    const [rule, ...others] = acl.Rules
    expect(others).toEqual([])
    expect(rule.Statement).toEqual({
      RateBasedStatement: { Limit: 5000, EvaluationWindowSec: 300, AggregateKeyType: 'IP' },
    })
  })

  it("answers 429 with the signer's error, after which a client retries", () => {
    const acl = aclOf()
    const { CustomResponse: answer } = acl.Rules[0].Action.Block
    expect(answer.ResponseCode).toBe(429)
    const { ContentType, Content } = acl.CustomResponseBodies[answer.CustomResponseBodyKey]
    expect(ContentType).toBe('APPLICATION_JSON')
    const { error } = JSON.parse(Content)
    expect(new UploadError(error.code, error.message).retryable).toBe(true)
    expect(answer.ResponseHeaders).toContainEqual({
      Name: 'access-control-allow-origin',
      Value: '*',
    })
  })

  it('counts calls below a path, with a separate limit', () => {
    const props = { path: '/api/uploads', limit: 100, window: Duration.minutes(1) }
    const { RateBasedStatement: rate } = aclOf(props).Rules[0].Statement
    expect(rate).toMatchObject({ Limit: 100, EvaluationWindowSec: 60 })
    expect(rate.ScopeDownStatement.ByteMatchStatement).toMatchObject({
      FieldToMatch: { UriPath: {} },
      PositionalConstraint: 'STARTS_WITH',
      SearchString: '/api/uploads',
    })
  })

  it('can run in count-only mode first', () => {
    expect(aclOf({ mode: 'count' }).Rules[0].Action).toEqual({ Count: {} })
  })

  it('stores no samples of requests, whose headers contain tokens', () => {
    const acl = aclOf()
    for (const { SampledRequestsEnabled } of [acl.VisibilityConfig, acl.Rules[0].VisibilityConfig])
      expect(SampledRequestsEnabled).toBe(false)
  })

  it.each<[string, SignerFirewallProps, RegExp]>([
    ['a bound below that of WAF', { limit: 9 }, /limit is 9, expected 10 to 2000000000 calls/],
    ['half a call', { limit: 10.5 }, /limit is 10\.5/],
    ['three minutes', { window: Duration.minutes(3) }, /window is 180 s, expected 60, 120, 300/],
    ['a path that ends in a slash', { path: '/api/' }, /path is '\/api\/', expected segments/],
  ])('rejects %s', (_what, props, message) => {
    expect(() => aclOf(props)).toThrow(message)
  })

  it.each(['eu-west-1', 'cn-north-1', 'us-gov-west-1'])(
    'is rejected in %s, with a remedy',
    (region) => {
      expect(() => new SignerFirewall(newStack(region), 'Firewall')).toThrow(
        new RegExp(
          `the stack is in ${region}: deploy .* to us-east-1.*crossRegionReferences: true`,
        ),
      )
    },
  )

  it('is rejected with the same remedy if a stack names no region', () => {
    const stack = new Stack(new App(), 'Stack')
    new SignerFirewall(stack, 'Firewall')
    const message = Match.stringLikeRegexp('has no region: deploy .* to us-east-1')
    Annotations.fromStack(stack).hasWarning('/Stack/Firewall', message)
  })

  it('protects a signer in another region, and leaves no cdk-nag findings', () => {
    const app = new App()
    const shared = { crossRegionReferences: true }
    const env = { account: ACCOUNT, region: 'us-east-1' }
    const edge = new Stack(app, 'Edge', { env, ...shared })
    const { webAclArn: webAclId } = new SignerFirewall(edge, 'Firewall')
    const stack = new Stack(app, 'Stack', { env: { ...env, region: 'eu-west-1' }, ...shared })
    const props = { allowedOrigins: [ORIGIN], auth: JWT, rules: RULES, behindCloudFront: true }
    const { bucket, signer } = new WaybillUploads(stack, 'Uploads', props)
    new SignerFront(stack, 'Front', { signer, webAclId })
    new Delivery(stack, 'Delivery', { bucket, viewers: 'everybody', webAclId })
    const distributions = Template.fromStack(stack).findResources('AWS::CloudFront::Distribution')
    for (const { Properties } of Object.values(distributions)) {
      expect(Properties.DistributionConfig.WebACLId).toBeDefined()
    }
    expect(
      nagFindings(stack).filter((each) => /^Stack\/(Front|Delivery)\/.* CFR2/.test(each)),
    ).toEqual([])
  })
})
