import { describe, expect, it } from 'vitest'
import { tokenCaller } from '../../../../waybill/src/tokens/token-caller.ts'
import {
  type Front,
  readHttpEvent,
  toLambdaResponse,
  withViewersAuthorization,
} from '../../../src/lambda/http-event.ts'

const V2 = { version: '2.0', requestContext: { http: { method: 'POST' } }, rawPath: '/a' }
const V1 = { httpMethod: 'PUT', path: '/a', requestContext: {} }
const ALB = { ...V1, requestContext: { elb: {} }, headers: {} }

const read = (event: object) => readHttpEvent(event)

describe('readHttpEvent', () => {
  it.each([[undefined], [null], [{}], [{ version: '1.0' }], [{ httpMethod: 1 }]])(
    'rejects %j, which is not an HTTP request',
    (event) => {
      expect(() => readHttpEvent(event)).toThrow(
        new TypeError(
          'event is not an HTTP request: expected a Function URL, HTTP API or load balancer event',
        ),
      )
    },
  )

  it('reads payload 2.0', () => {
    const event = {
      ...V2,
      rawQueryString: 'a=1&b=x+y',
      headers: { 'X-Name': 'v', 'x-waybill-caller': 'mallory' },
      cookies: ['a=1', 'b=2'],
      body: 'text',
    }
    expect(read(event)).toStrictEqual({
      front: 'payload-2',
      request: {
        method: 'POST',
        path: '/a',
        query: { a: '1', b: 'x y' },
        headers: { 'x-name': 'v', cookie: 'a=1; b=2' },
        body: 'text',
      },
    })
  })

  it('reads a nearly empty payload 2.0', () => {
    expect(read({ version: '2.0' })).toStrictEqual({
      front: 'payload-2',
      request: { method: 'GET', path: '/', query: {}, headers: {} },
    })
  })

  it('reads payload 1.0, using the last of several query values and all header values', () => {
    const event = {
      ...V1,
      multiValueHeaders: { Accept: ['a', 'b'] },
      headers: { 'X-Name': 'v' },
      multiValueQueryStringParameters: { a: ['1', '2%20'] },
      queryStringParameters: { b: 'x+y' },
    }
    expect(read(event)).toStrictEqual({
      front: 'payload-1',
      request: {
        method: 'PUT',
        path: '/a',
        query: { a: '2%20', b: 'x+y' },
        headers: { accept: 'a,b', 'x-name': 'v' },
      },
    })
    expect(read({ httpMethod: 'GET' }).request.path).toBe('/')
  })

  it("decodes a load balancer's query, and leaves invalid encodings alone", () => {
    const event = { ...ALB, queryStringParameters: { 'a%20b': 'x+%C3%BC', c: '%' } }
    expect(read(event)).toMatchObject({
      front: 'alb',
      request: { query: { 'a b': 'x ü', c: '%' } },
    })
    expect(read({ ...ALB, headers: undefined, multiValueHeaders: {} }).front).toBe(
      'alb-multi-value',
    )
  })

  it.each([
    ['/prod/parts', 'prod', '/parts'],
    ['/prod', 'prod', '/'],
    ['/production', 'prod', '/production'],
    ['/parts', '$default', '/parts'],
    ['/undefined/parts', undefined, '/undefined/parts'],
    ['/1/parts', 1, '/1/parts'],
  ])('reads %s in the stage %s as %s', (rawPath, stage, path) => {
    expect(read({ ...V2, rawPath, requestContext: { stage } }).request.path).toBe(path)
    expect(read({ ...V1, path: rawPath, requestContext: { stage } }).request.path).toBe(path)
  })

  it("removes no stage from a load balancer's path", () => {
    const event = { ...ALB, path: '/prod/a', requestContext: { elb: {}, stage: 'prod' } }
    expect(read(event).request.path).toBe('/prod/a')
  })

  it('decodes a base64 body, and ignores one that is not a string', () => {
    expect(read({ ...V2, body: 'w7w=', isBase64Encoded: true }).request.body).toBe('ü')
    expect(read({ ...V2, body: 'w7w=' }).request.body).toBe('w7w=')
    for (const body of [null, 1, {}])
      expect(read({ ...V2, body }).request).not.toHaveProperty('body')
  })

  const IAM = { userArn: 'arn:aws:iam::1:user/a', userId: 'AID' }
  const CLAIMS = { iss: 'https://id.example', sub: 'me' }
  it.each([
    ['the ARN', { iam: IAM }, { owner: IAM.userArn }],
    ['the id, without an ARN', { iam: { userArn: '', userId: 'AID' } }, { owner: 'AID' }],
    [
      "the pool's identity before both",
      { iam: { ...IAM, cognitoIdentity: { identityId: 'eu:1' } } },
      { owner: 'eu:1' },
    ],
    ['no caller that is not a string', { iam: { userArn: 1, userId: null } }, undefined],
    ['the claims', { jwt: { claims: CLAIMS } }, { owner: 'https://id.example#me', claims: CLAIMS }],
    ['no caller of half the claims', { jwt: { claims: { sub: 'me' } } }, undefined],
    ['no caller', undefined, undefined],
  ])('reads from the authorizer: %s', (_what, authorizer, caller) => {
    expect(read({ ...V2, requestContext: { authorizer } }).request.caller).toEqual(caller)
    expect(read({ ...V1, requestContext: { authorizer } }).request.caller).toEqual(caller)
    const balanced = read({ ...ALB, requestContext: { elb: {}, authorizer } })
    expect(balanced.request.caller).toBeUndefined()
  })
})

describe('withViewersAuthorization', () => {
  const headers = { authorization: 'of the front', 'x-viewer': 'Bearer a', accept: 'b' }
  const event = {
    front: 'payload-2',
    request: { method: 'GET', path: '/', query: {}, headers, caller: { owner: 'the front' } },
  } as const

  it("restores the viewer's header, and drops the caller identity of the front itself", () => {
    expect(withViewersAuthorization(event, 'x-viewer').request).toStrictEqual({
      method: 'GET',
      path: '/',
      query: {},
      headers: { authorization: 'Bearer a', accept: 'b' },
    })
  })

  it('leaves no signature from the front if the viewer sent none', () => {
    expect(withViewersAuthorization(event, 'x-other').request.headers).toStrictEqual({
      'x-viewer': 'Bearer a',
      accept: 'b',
    })
  })

  it('changes nothing if the front does not sign', () => {
    expect(withViewersAuthorization(event, undefined)).toBe(event)
    expect(withViewersAuthorization(event, '')).toBe(event)
  })
})

const RESPONSE = {
  status: 201,
  headers: { 'access-control-allow-origin': '*', 'Access-Control-Max-Age': '9', Vary: 'origin' },
  body: '{}',
}
const OWN = { 'content-type': 'application/json', 'x-vary': 'kept' }
const WHOLE = { ...RESPONSE, headers: { ...RESPONSE.headers, ...OWN } }

describe('toLambdaResponse', () => {
  it.each<Front>(['payload-2', 'payload-1', 'alb'])('writes a single header value: %s', (front) => {
    expect(toLambdaResponse(front, WHOLE, 'handler')).toStrictEqual({
      statusCode: 201,
      headers: WHOLE.headers,
      body: '{}',
      isBase64Encoded: false,
    })
  })

  it('writes lists of values for a load balancer with multi-value headers', () => {
    const response = { ...RESPONSE, headers: OWN }
    expect(toLambdaResponse('alb-multi-value', response, 'handler')).toStrictEqual({
      statusCode: 201,
      multiValueHeaders: { 'content-type': ['application/json'], 'x-vary': ['kept'] },
      body: '{}',
      isBase64Encoded: false,
    })
  })

  it('leaves out CORS headers, in any case, if the front sets them', () => {
    expect(toLambdaResponse('payload-2', WHOLE, 'url').headers).toStrictEqual(OWN)
  })
})

describe('tokenCaller', () => {
  it('combines issuer and subject into the owner', () => {
    const claims = { iss: 'https://id.example', sub: 'me#1', more: 1 }
    expect(tokenCaller(claims)).toEqual({ owner: 'https://id.example#me#1', claims })
  })

  it.each([
    ['no issuer', { sub: 'me' }],
    ['an empty issuer', { iss: '', sub: 'me' }],
    ['an issuer that is not a string', { iss: 1, sub: 'me' }],
    ['an issuer that could pass for another', { iss: 'https://id.example#me', sub: 'x' }],
    ['no subject', { iss: 'https://id.example' }],
    ['an empty subject', { iss: 'https://id.example', sub: '' }],
    ['a subject that is not a string', { iss: 'https://id.example', sub: ['me'] }],
  ])('identifies nobody by %s', (_what, claims) => {
    expect(tokenCaller(claims)).toBeUndefined()
  })
})
