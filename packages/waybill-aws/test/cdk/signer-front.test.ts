import { runInNewContext } from 'node:vm'
import { Duration, type Stack } from 'aws-cdk-lib'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import { Bucket, type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3'
import { describe, expect, it } from 'vitest'
import {
  Delivery,
  SignerFront,
  type SignerFrontProps,
  type WaybillUploads,
  type WaybillUploadsProps,
} from 'waybill-aws/cdk'
import { nagFindings } from './nag-findings.ts'
import { ACCOUNT, idOf, only, type Synthesised, synthesise, variablesOf } from './synthesised.ts'

const JWT = { type: 'jwt', issuer: 'https://id.example.com', audience: 'uploads' } as const
const BEHIND = { behindCloudFront: true, auth: JWT } as const

const alone = await fronted()
const beside = await fronted(BEHIND, (scope) => ({ ...domain(scope), site: pagesOf(scope) }))

function fronted(
  uploads: Partial<WaybillUploadsProps> = BEHIND,
  props: (scope: Stack) => Partial<SignerFrontProps> = () => ({}),
  extend: (scope: Stack, uploads: WaybillUploads) => void = () => {},
): Promise<Synthesised> {
  return synthesise(uploads, (scope, made) => {
    new SignerFront(scope, 'Front', { signer: made.signer, ...props(scope) })
    extend(scope, made)
  })
}

function domain(scope: Stack) {
  const arn = `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/1234`
  return {
    domainName: 'app.example.com',
    certificate: Certificate.fromCertificateArn(scope, 'Certificate', arn),
  }
}

function pagesOf(scope: Stack) {
  const pages = new Bucket(scope, 'Pages', { enforceSSL: true })
  return { origin: S3BucketOrigin.withOriginAccessControl(pages as IBucket) }
}

const configOf = (stack: Synthesised) =>
  only(stack, 'AWS::CloudFront::Distribution').Properties.DistributionConfig

describe("the signer's own address", () => {
  it('only answers this CloudFront distribution', () => {
    expect(only(alone, 'AWS::Lambda::Url').Properties.AuthType).toBe('AWS_IAM')
    const permissions = Object.values(alone.resources)
      .filter(({ Type }) => Type === 'AWS::Lambda::Permission')
      .map(({ Properties }) => Properties)
      .filter(({ Principal }) => Principal !== 'events.amazonaws.com')
    const SourceArn = `arn:aws:cloudfront::${ACCOUNT}:distribution/${idOf(alone, 'AWS::CloudFront::Distribution')}`
    const Principal = 'cloudfront.amazonaws.com'
    expect(permissions).toEqual([
      expect.objectContaining({ Action: 'lambda:InvokeFunctionUrl', Principal, SourceArn }),
      expect.objectContaining({
        Action: 'lambda:InvokeFunction',
        Principal,
        SourceArn,
        InvokedViaFunctionUrl: true,
      }),
    ])
  })

  it('leaves CORS to the handler, because CloudFront signs preflights too', () => {
    expect(only(alone, 'AWS::Lambda::Url').Properties.Cors).toBeUndefined()
    expect(variablesOf(alone).WAYBILL_CORS).toBe('handler')
  })
})

describe('the distribution', () => {
  it('forwards everything but the host, caches nothing, and accepts only HTTPS', () => {
    const behavior = configOf(alone).DefaultCacheBehavior
    expect(behavior).toMatchObject({
      ViewerProtocolPolicy: 'https-only',
      // AWS's managed policies CachingDisabled and AllViewerExceptHostHeader
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
    })
    expect(behavior.AllowedMethods).toEqual(expect.arrayContaining(['GET', 'POST', 'OPTIONS']))
  })

  it('waits as long as a call may take', async () => {
    const given = await fronted({ ...BEHIND, timeout: Duration.seconds(120) })
    for (const [stack, seconds] of [
      [alone, 30],
      [given, 120],
    ] as const) {
      const [origin] = configOf(stack).Origins
      expect(origin.CustomOriginConfig.OriginReadTimeout).toBe(seconds)
    }
  })

  it('always signs its requests to the signer', () => {
    const control = only(alone, 'AWS::CloudFront::OriginAccessControl').Properties
    expect(control.OriginAccessControlConfig).toMatchObject({
      OriginAccessControlOriginType: 'lambda',
      SigningBehavior: 'always',
      SigningProtocol: 'sigv4',
    })
    expect(configOf(alone).Origins[0].OriginAccessControlId).toBeDefined()
  })

  it('serves a site at a custom domain, with the signer under one of its paths', () => {
    const config = configOf(beside)
    expect(config.Aliases).toEqual(['app.example.com'])
    const paths = config.CacheBehaviors.map(
      ({ PathPattern }: { PathPattern: string }) => PathPattern,
    )
    expect(paths).toEqual(['/api/uploads', '/api/uploads/*'])
    const [signer] = config.CacheBehaviors
    expect(signer.TargetOriginId).not.toBe(config.DefaultCacheBehavior.TargetOriginId)
  })
})

type Headers = Readonly<Record<string, { readonly value: string }>>

/** Runs the function that CloudFront runs on each request. */
function onRequest(stack: Synthesised, uri: string, headers: Headers = {}) {
  const { FunctionCode } = only(stack, 'AWS::CloudFront::Function').Properties
  const event = { request: { uri, headers: { ...headers } } }
  return runInNewContext(`${FunctionCode};handler(event)`, { event })
}

describe('a request through the distribution', () => {
  it("keeps the viewer's Authorization, which CloudFront's signature replaces", () => {
    const { headers } = onRequest(alone, '/', { authorization: { value: 'Bearer abc' } })
    expect(headers['x-viewer-authorization']).toEqual({ value: 'Bearer abc' })
    expect(variablesOf(alone).WAYBILL_AUTHORIZATION_HEADER).toBe('x-viewer-authorization')
  })

  it('loses a header of that name sent by the viewer', () => {
    const { headers } = onRequest(alone, '/', { 'x-viewer-authorization': { value: 'Bearer x' } })
    expect(headers).not.toHaveProperty('x-viewer-authorization')
  })

  it.each([
    ['/api/uploads', '/'],
    ['/api/uploads/', '/'],
    ['/api/uploads/parts', '/parts'],
  ])('from %s on a site arrives at %s', (from, to) => {
    expect(onRequest(beside, from).uri).toBe(to)
  })

  it('to a signer without a site arrives at the original path', () => {
    expect(onRequest(alone, '/complete').uri).toBe('/complete')
  })
})

describe('SignerFront', () => {
  it('provides the base URL', async () => {
    const urls: string[] = []
    const collect = (scope: Stack, { signer }: WaybillUploads) => {
      const props = { signer, ...domain(scope), site: pagesOf(scope), path: '/sign' }
      urls.push(new SignerFront(scope, 'Other', props).url)
    }
    await synthesise(BEHIND, collect)
    expect(urls).toEqual(['https://app.example.com/sign'])
  })

  it.each<[string, Partial<WaybillUploadsProps>, Partial<SignerFrontProps>, RegExp]>([
    ['a signer with a public address', { auth: JWT }, {}, /behindCloudFront: true/],
    [
      "IAM's callers behind CloudFront",
      { behindCloudFront: true, auth: { type: 'iam' } },
      {},
      /exclude each other/,
    ],
    [
      'a call longer than CloudFront waits',
      { ...BEHIND, timeout: Duration.seconds(121) },
      {},
      /timeout is 121 s, expected 1 to 120 s behind CloudFront/,
    ],
    ['a domain without a certificate', BEHIND, { domainName: 'a.example.com' }, /together/],
  ])('refuses %s', async (_what, uploads, props, message) => {
    await expect(fronted(uploads, () => props)).rejects.toThrow(message)
  })

  it.each([
    ['a site without a domain', {}, /site is set without domainName/],
    ['a path that ends in a slash', { named: true, path: '/api/' }, /path is '\/api\/'/],
  ])(
    'refuses %s',
    async (_what, { named = false, path }: { named?: boolean; path?: string }, message) => {
      const props = (scope: Stack) => ({
        site: pagesOf(scope),
        ...(named ? domain(scope) : {}),
        ...(path === undefined ? {} : { path }),
      })
      await expect(fronted(BEHIND, props)).rejects.toThrow(message)
    },
  )
})

describe("cdk-nag's findings for the distributions", () => {
  const findings = async (logsOf: (scope: Stack) => IBucket | undefined) => {
    const logged = (scope: Stack) => {
      const accessLogs = logsOf(scope)
      return accessLogs ? { accessLogs } : {}
    }
    const { stack } = await synthesise(BEHIND, (scope, { bucket, signer }) => {
      const logs = logged(scope)
      new SignerFront(scope, 'Front', { signer, ...logs })
      new Delivery(scope, 'Delivery', { bucket, viewers: 'everybody', ...logs })
    })
    return nagFindings(stack).filter((each) => !each.startsWith('Stack/Uploads/'))
  }

  it('only complain about missing access logs', async () => {
    expect(await findings(() => undefined)).toEqual([
      'Stack/Front/Distribution/Resource CFR3',
      'Stack/Delivery/Distribution/Resource CFR3',
    ])
  })

  it('are empty with access logs', async () => {
    const found = await findings((scope) => {
      const objectOwnership = ObjectOwnership.BUCKET_OWNER_PREFERRED
      return new Bucket(scope, 'Logs', { enforceSSL: true, objectOwnership }) as IBucket
    })
    // The bucket of the logs is the test's own.
    expect(found).toEqual(['Stack/Logs/Resource S1'])
  })
})
