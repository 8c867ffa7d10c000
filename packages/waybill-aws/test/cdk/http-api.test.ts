import { httpApiEvent } from '@waybill/test-support/lambda-events'
import { Duration } from 'aws-cdk-lib'
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam'
import { beforeAll, describe, expect, it } from 'vitest'
import { SignerFront, WaybillUploads } from 'waybill-aws/cdk'
import { lambdaHandler } from 'waybill-aws/lambda'
import { may } from './access/access.ts'
import { nagFindings } from './nag-findings.ts'
import {
  ACCOUNT,
  EVERY_CALLER,
  newStack,
  ORIGIN,
  only,
  REGION,
  RULES,
  type Synthesised,
  synthesise,
} from './synthesised.ts'

const API = { functionUrl: false } as const
const IAM = { auth: { type: 'iam' } } as const

let open: Synthesised
let guarded: Synthesised

beforeAll(async () => {
  open = await synthesise(API)
  guarded = await synthesise({ ...API, ...IAM }, (scope, { signer }) => {
    signer.grantInvokeUrl(new Role(scope, 'Caller', { assumedBy: new AccountPrincipal(ACCOUNT) }))
  })
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
    const id = Object.keys(open.template.findResources('AWS::ApiGatewayV2::Api'))[0]
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
    const { Environment } = only(open, 'AWS::Lambda::Function', /Signer/).Properties
    expect(Environment.Variables.WAYBILL_CORS).toBe('handler')
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
    const { Environment } = only(guarded, 'AWS::Lambda::Function', /Signer/).Properties
    expect(Environment.Variables).toMatchObject({ WAYBILL_CORS: 'url', WAYBILL_AUTH: 'iam' })
  })

  it('lets a role call the API it was granted, and no other', async () => {
    const id = Object.keys(guarded.template.findResources('AWS::ApiGatewayV2::Api'))[0]
    const arn = (api: string | undefined, call: string) =>
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
    const handler = lambdaHandler({
      environment: {
        ...only(guarded, 'AWS::Lambda::Function', /Signer/).Properties.Environment.Variables,
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: 'AKIDTEST',
        AWS_SECRET_ACCESS_KEY: 'secret-of-a-test',
        WAYBILL_SECRET: 'a secret of more than thirty-two characters',
      },
      onEvent: (event) => owners.push('owner' in event ? event.owner : undefined),
    })
    const iam = { iam: { userArn: `arn:aws:sts::${ACCOUNT}:assumed-role/Caller/ada` } }
    const query = 'name=a.mp4&type=video/mp4&size=5&rule=video'
    expect((await handler(httpApiEvent({ query }, '$default', iam))).statusCode).toBe(200)
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
    const shared = { allowedOrigins: [ORIGIN], auth: EVERY_CALLER, rules: RULES }
    expect(() => new WaybillUploads(stack, 'Url', shared)).toThrow(/set functionUrl: false/)
    const { signerUrl } = new WaybillUploads(stack, 'Api', { ...shared, ...API })
    expect(JSON.stringify(stack.resolve(signerUrl))).toContain('ApiEndpoint')
  })
})
