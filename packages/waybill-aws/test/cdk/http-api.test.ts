import { httpApiEvent } from '@waybill/test-support/lambda-events'
import { Duration } from 'aws-cdk-lib'
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam'
import { describe, expect, it } from 'vitest'
import { SignerFront, WaybillUploads } from 'waybill-aws/cdk'
import { may } from './access/access.ts'
import { deployedHandler, QUERY } from './deployed-handler.ts'
import { nagFindings } from './nag-findings.ts'
import {
  ACCOUNT,
  idOf,
  newStack,
  ORIGIN,
  only,
  REGION,
  type Synthesised,
  synthesise,
  USUAL,
  variablesOf,
} from './synthesised.ts'

const API = { functionUrl: false } as const
const IAM = { auth: { type: 'iam' } } as const

const open = await synthesise(API)
const guarded = await synthesise({ ...API, ...IAM }, (scope, { signer }) => {
  signer.grantInvokeUrl(new Role(scope, 'Caller', { assumedBy: new AccountPrincipal(ACCOUNT) }))
})

const routesOf = ({ resources }: Synthesised) =>
  Object.values(resources)
    .filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route')
    .map(({ Properties }) => [Properties.RouteKey, Properties.AuthorizationType])
    .sort()

describe('functionUrl: false', () => {
  it('creates an HTTP API with an address instead of the Function URL', async () => {
    expect(() => only(open, 'AWS::Lambda::Url')).toThrow(/0 resources/)
    expect(only(open, 'AWS::ApiGatewayV2::Api').Properties.ProtocolType).toBe('HTTP')
    const id = idOf(open, 'AWS::ApiGatewayV2::Api')
    expect(open.stack.resolve(open.uploads.signerUrl)).toEqual({
      'Fn::Join': ['', [{ 'Fn::GetAtt': [id, 'ApiEndpoint'] }, '/']],
    })
  })

  it('routes GET, POST and preflight requests to the handler', () => {
    expect(routesOf(open)).toEqual(
      ['/', '/{proxy+}']
        .flatMap((path) => ['GET', 'OPTIONS', 'POST'].map((method) => `${method} ${path}`))
        .sort()
        .map((key) => [key, 'NONE']),
    )
    expect(only(open, 'AWS::ApiGatewayV2::Api').Properties.CorsConfiguration).toBeUndefined()
    expect(variablesOf(open).WAYBILL_CORS).toBe('handler')
  })

  it('requires signatures on every route with IAM, and answers the unsigned preflights itself', () => {
    expect(routesOf(guarded)).toEqual([
      ['GET /', 'AWS_IAM'],
      ['GET /{proxy+}', 'AWS_IAM'],
      ['POST /', 'AWS_IAM'],
      ['POST /{proxy+}', 'AWS_IAM'],
    ])
    expect(only(guarded, 'AWS::ApiGatewayV2::Api').Properties.CorsConfiguration).toMatchObject({
      AllowOrigins: [ORIGIN],
      AllowHeaders: expect.arrayContaining(['authorization', 'x-amz-date']),
    })
    expect(variablesOf(guarded)).toMatchObject({ WAYBILL_CORS: 'url', WAYBILL_AUTH: 'iam' })
  })

  it('lets a role call the API it was granted, and no other', async () => {
    const id = idOf(guarded, 'AWS::ApiGatewayV2::Api')
    const arn = (api: string, call: string) =>
      `arn:aws:execute-api:${REGION}:${ACCOUNT}:${api}/live/${call}`
    const ask = (who: RegExp, resource: string) =>
      may(guarded, { who: { role: who }, action: 'execute-api:Invoke', resource })
    expect(await ask(/Caller/, arn(id, 'POST/complete'))).toBe(true)
    expect(await ask(/Caller/, arn(id, 'DELETE/complete'))).toBe(false)
    expect(await ask(/Caller/, arn('another', 'POST/complete'))).toBe(false)
    expect(await ask(/SignerRole/, arn(id, 'POST/complete'))).toBe(false)
  })

  it('lets only the API invoke the function', () => {
    const permissions = Object.values(open.resources).filter(
      ({ Type }) => Type === 'AWS::Lambda::Permission',
    )
    const callers = permissions.map(({ Properties }) => Properties.Principal)
    expect(new Set(callers)).toEqual(new Set(['apigateway.amazonaws.com', 'events.amazonaws.com']))
    for (const { Properties } of permissions) expect(Properties.SourceArn).toBeDefined()
  })

  it("keeps its access log as long as the functions' logs, without query strings", () => {
    const { AccessLogSettings } = only(open, 'AWS::ApiGatewayV2::Stage').Properties
    expect(AccessLogSettings.Format).toContain('$context.status')
    expect(AccessLogSettings.Format).not.toMatch(/query|header|authorizer/i)
    expect(only(open, 'AWS::Logs::LogGroup', /AccessLog/).Properties.RetentionInDays).toBe(30)
  })

  it('has the same cdk-nag findings as a Function URL', async () => {
    for (const auth of [{}, IAM]) {
      const own = nagFindings((await synthesise({ ...API, ...auth })).stack)
      expect(own).toEqual(nagFindings((await synthesise(auth)).stack))
    }
  })

  it('is understood by the deployed handler, including the caller that the API has verified', async () => {
    const owners: unknown[] = []
    const handler = deployedHandler(variablesOf(guarded), {
      onEvent: (event) => owners.push('owner' in event ? event.owner : undefined),
    })
    const iam = { iam: { userArn: `arn:aws:sts::${ACCOUNT}:assumed-role/Caller/ada` } }
    expect((await handler(httpApiEvent({ query: QUERY }, '$default', iam))).statusCode).toBe(200)
    expect(owners).toEqual([iam.iam.userArn])
  })
})

describe('a call behind an HTTP API', () => {
  it('may take exactly as long as the API waits', async () => {
    const timeout = Duration.seconds(31)
    await expect(synthesise({ ...API, timeout })).rejects.toThrow(
      /timeout is 31 s, expected 1 to 30 s behind an HTTP API/,
    )
    const { resources } = await synthesise({ ...API, timeout: Duration.seconds(29) })
    expect(only({ resources }, 'AWS::Lambda::Function', /Signer/).Properties.Timeout).toBe(29)
  })

  it('cannot come through CloudFront, because callers could bypass it', async () => {
    await expect(synthesise({ ...API, behindCloudFront: true })).rejects.toThrow(
      /behindCloudFront needs a Function URL/,
    )
    const fronted = synthesise(API, (scope, { signer }) => {
      new SignerFront(scope, 'Front', { signer })
    })
    await expect(fronted).rejects.toThrow(/expected one created with behindCloudFront: true/)
  })
})

describe('a region without Function URLs', () => {
  it.each(['me-central-1', 'us-gov-west-1', 'cn-north-1'])('gets an HTTP API: %s', (region) => {
    const stack = newStack(region)
    expect(() => new WaybillUploads(stack, 'Url', USUAL)).toThrow(/set functionUrl: false/)
    const { signerUrl } = new WaybillUploads(stack, 'Api', { ...USUAL, ...API })
    expect(JSON.stringify(stack.resolve(signerUrl))).toContain('ApiEndpoint')
  })
})
