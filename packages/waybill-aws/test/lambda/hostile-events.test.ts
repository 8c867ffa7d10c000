/**
 * What a hostile client can put into a request, through each front: it gets an answer, a refusal of 4xx, and learns
 * nothing; and a sloppy operator's settings fail at once.
 *
 * @module
 */

import {
  albEvent,
  albMultiValueEvent,
  functionUrlEvent,
  payload1Event,
  type Sent,
} from '@waybill/test-support/lambda-events'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lambdaHandler } from 'waybill-aws/lambda'
import { createSeal } from '../../../waybill/src/seal/seal.ts'

const ORIGIN = 'https://app.example.com'
const SECRET = 'a secret of more than thirty-two characters'
const JSON_TYPE = { 'content-type': 'application/json', origin: ORIGIN }

let s3: StrictS3

beforeAll(async () => {
  s3 = await startStrictS3({ buckets: ['uploads'] })
})
afterAll(() => s3.close())

function environment(more: Readonly<Record<string, string>> = {}) {
  return {
    AWS_REGION: s3.region,
    AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
    AWS_SESSION_TOKEN: 'the-session-token',
    WAYBILL_BUCKET: 'uploads',
    WAYBILL_ENDPOINT: s3.endpoint,
    WAYBILL_SECRET: SECRET,
    WAYBILL_ALLOWED_ORIGINS: ORIGIN,
    WAYBILL_RULES: '{"video":{"types":["video/mp4"],"maxSize":1000000,"form":true,"public":true}}',
    WAYBILL_AUTH: 'none',
    ...more,
  }
}

function newHandler(more: Readonly<Record<string, string>> = {}) {
  const logged: unknown[] = []
  const onError = (error: unknown) => logged.push(error)
  return {
    logged,
    handler: lambdaHandler({ environment: environment(more), onError, log: () => {} }),
  }
}

const post = (body: string, more: Partial<Sent> = {}): Sent => ({
  method: 'POST',
  headers: JSON_TYPE,
  body,
  ...more,
})
const SHA256 = 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ='
const FILE = `{"name":"a.mp4","size":5,"type":"video/mp4","sha256":"${SHA256}"}`

const HOSTILE: readonly (readonly [string, Sent, number])[] = [
  ['half of JSON', post('{"files":['), 400],
  ['no body', { method: 'POST', headers: JSON_TYPE }, 400],
  ['a body of nothing', post(''), 400],
  ['a list', post('[]'), 400],
  ['null', post('null'), 400],
  ['a body that is not base64', { ...post('%%%'), base64: false }, 400],
  ['bytes that are no text', post('\u0000\ud800'), 400],
  ['a rule named __proto__', post(`{"rule":"__proto__","files":[${FILE}]}`), 404],
  ['a rule named constructor', post(`{"rule":"constructor","files":[${FILE}]}`), 404],
  ['a rule named toString in the query', { query: 'rule=toString' }, 404],
  ['__proto__ in the body', post('{"__proto__":{"files":[1]}}'), 400],
  ['__proto__ in the query', { query: '__proto__=a&rule=__proto__&type=video/mp4' }, 404],
  ['a body of six megabytes', post(`{"a":"${'a'.repeat(6_000_000)}"}`), 413],
  ['a form of another page', post('{}', { headers: { 'content-type': 'text/plain' } }), 400],
  ['another method', { method: 'DELETE' }, 405],
  ['a method of a kilobyte', { method: 'M'.repeat(1024) }, 405],
  ['a path that climbs', { path: '/../parts' }, 404],
  ['a path in code', { path: '/%70arts' }, 404],
  ['a path of another call', { path: '/parts/complete' }, 404],
  ['a path of the prototype', { path: '/constructor' }, 404],
  ['a path of two slashes', { path: '//complete' }, 404],
  ['a waybill of its own', post('{"waybill":"a.b.c","uploadId":"x"}', { path: '/complete' }), 400],
  ['a query that is half encoded', { query: 'name=%E0%A4%A&type=video/mp4&size=5' }, 200],
]

const FRONTS: readonly (readonly [string, (sent: Sent) => object])[] = [
  ['a Function URL', (sent) => functionUrlEvent(sent)],
  ['a load balancer', albEvent],
  ['a load balancer with lists of values', albMultiValueEvent],
  ['an API of payload 1.0', payload1Event],
]

describe.each(FRONTS)('lambdaHandler behind %s', (_front, eventOf) => {
  it.each(HOSTILE)('answers %s', async (_what, sent, status) => {
    const { handler, logged } = newHandler()
    const response = await handler(eventOf(sent))
    expect(response.statusCode).toBe(status)
    expect(logged).toEqual([])
    if (status === 200) return
    const { error } = JSON.parse(response.body)
    expect(Object.keys(error)).toEqual(['code', 'message', 'id'])
    for (const word of [SECRET, s3.credentials.secretAccessKey, 'the-session-token', ' at ', '.ts'])
      expect(response.body).not.toContain(word)
  })

  it('answers a preflight from its own origin on each path, and from no other origin', async () => {
    const { handler } = newHandler()
    for (const path of ['/', '/parts', '/complete', '/nothing']) {
      const ask = (origin: string) =>
        handler(
          eventOf({
            method: 'OPTIONS',
            path,
            headers: { origin, 'access-control-request-method': 'POST' },
          }),
        )
      const allowed = await ask(ORIGIN)
      expect(allowed.statusCode).toBe(204)
      expect(JSON.stringify(allowed)).toContain('access-control-allow-methods')
      for (const origin of ['https://evil.example', `${ORIGIN}.evil.example`, 'null', `${ORIGIN}/`])
        expect(JSON.stringify(await ask(origin))).not.toContain('access-control')
    }
  })
})

describe('lambdaHandler', () => {
  it('lets a page read that it called the wrong path', async () => {
    const { handler } = newHandler({ WAYBILL_BASE_PATH: '/api/uploads' })
    const { statusCode, headers } = await handler(
      functionUrlEvent({ path: '/api', headers: { origin: ORIGIN } }),
    )
    expect(statusCode).toBe(404)
    expect(headers?.['access-control-allow-origin']).toBe(ORIGIN)
  })

  it('keeps waybills, signatures and tokens out of the log, whatever fails', async () => {
    const { handler, logged } = newHandler({ WAYBILL_ENDPOINT: 'http://127.0.0.1:9' })
    const { body } = await handler(functionUrlEvent(post(`{"files":[${FILE}]}`)))
    const { waybill } = JSON.parse(body).uploads[0]
    const complete = post(JSON.stringify({ waybill }), { path: '/complete' })
    expect((await handler(functionUrlEvent(complete))).statusCode).toBe(503)
    const text = logged.map((error) => inspectDeep(error)).join('\n')
    expect(text).toContain('STORAGE_UNAVAILABLE')
    for (const word of [waybill, SECRET, s3.credentials.secretAccessKey, 'the-session-token'])
      expect(text).not.toContain(word)
    expect(text).not.toMatch(/Signature=/)
  })

  it.each(['*', 'https://*.example.com', `${ORIGIN}/`, `${ORIGIN}/app`, 'app.example.com'])(
    'rejects the origin %s at once',
    (origin) => {
      const wrong = { environment: environment({ WAYBILL_ALLOWED_ORIGINS: origin }) }
      expect(() => lambdaHandler(wrong)).toThrow(/allowedOrigins/)
    },
  )

  it('distinguishes identities in one Cognito pool, even with the same role and session', async () => {
    const { handler } = newHandler({ WAYBILL_AUTH: 'iam' })
    const userArn = 'arn:aws:sts::111122223333:assumed-role/Web/CognitoIdentityCredentials'
    const ownerOf = async (identityId: string | undefined) => {
      const iam = {
        userArn,
        userId: 'A',
        ...(identityId ? { cognitoIdentity: { identityId } } : {}),
      }
      const event = functionUrlEvent({ query: 'type=video/mp4' }, { iam })
      const { fields } = JSON.parse((await handler(event)).body).presignedPost
      const seal = createSeal(SECRET, { bucket: 'uploads', region: s3.region })
      return (await seal.open(fields['x-amz-meta-waybill'])).owner
    }
    expect(await ownerOf('eu-west-1:one')).toBe('eu-west-1:one')
    expect(await ownerOf(undefined)).toBe(userArn)
  })

  it.each([
    ['spelt by the front', { 'x-waybill-caller': 'arn' }],
    ['in capitals', { 'X-WAYBILL-CALLER': 'arn' }],
  ])('does not believe callers who claim an identity themselves, %s', async (_how, headers) => {
    const { handler } = newHandler({ WAYBILL_AUTH: 'iam' })
    for (const [, eventOf] of FRONTS) {
      const { statusCode } = await handler(eventOf({ query: 'type=video/mp4', headers }))
      expect(statusCode).toBe(401)
    }
  })
})

/** As the log has it: with each cause. */
function inspectDeep(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return `${error.stack} ${JSON.stringify(error)} ${error.cause ? inspectDeep(error.cause) : ''}`
}
