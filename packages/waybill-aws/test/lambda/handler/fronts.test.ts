import {
  albEvent,
  albMultiValueEvent,
  functionUrlEvent,
  httpApiEvent,
  payload1Event,
  type Sent,
} from '@waybill/test-support/lambda-events'
import { describe, expect, it } from 'vitest'
import type { LambdaHttpResponse } from 'waybill-aws/lambda'
import { ORIGIN, QUERY, startEnvironment } from './environment.ts'

const { observed } = startEnvironment()

const FRONTS: readonly (readonly [string, (sent: Sent) => object])[] = [
  ['a Function URL', (sent) => functionUrlEvent(sent)],
  ['an HTTP API', (sent) => httpApiEvent(sent, '$default')],
  ['an HTTP API with a stage', (sent) => httpApiEvent(sent, 'prod')],
  ['a load balancer', albEvent],
  ['a load balancer with lists of values', albMultiValueEvent],
  ['an API of payload 1.0', payload1Event],
]

describe.each(FRONTS)('lambdaHandler behind %s', (_name, eventOf) => {
  it('passes method, decoded query and headers to the signer', async () => {
    const { handler, seen } = observed()
    const headers = { origin: ORIGIN, authorization: 'Bearer abc' }
    const response = await handler(eventOf({ query: QUERY, headers }))
    expect(response.statusCode).toBe(200)
    const [request] = seen
    expect(request?.method).toBe('GET')
    expect(request?.path).toBe('')
    expect(request?.query).toEqual({ name: 'für uns+dich.mp4', type: 'video/mp4', size: '5' })
    expect(request?.headers.authorization).toBe('Bearer abc')
  })

  it('describes its rules', async () => {
    const { handler } = observed()
    const response = await handler(eventOf({ path: '/rules' }))
    expect([response.statusCode, JSON.parse(response.body)]).toMatchObject([
      200,
      { rules: { video: { types: ['video/mp4'], maxSize: 1000 } } },
    ])
    expect(headerOf(response, 'cache-control')).toBe('private, max-age=300')
  })

  it('decodes a base64 body', async () => {
    const { handler } = observed()
    const sha256 = 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ='
    const files = [{ name: 'ü.mp4', size: 5, type: 'video/mp4', sha256 }]
    const sent = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ files }),
    }
    for (const base64 of [true, false]) {
      const response = await handler(eventOf({ ...sent, base64 }))
      expect(response.statusCode).toBe(201)
      expect(JSON.parse(response.body).uploads[0].key).toContain('ü.mp4')
    }
  })

  it('sets the CORS header for exactly one origin, once', async () => {
    const { handler } = observed()
    const response = await handler(eventOf({ query: QUERY, headers: { origin: ORIGIN } }))
    expect(headerOf(response, 'access-control-allow-origin')).toBe(ORIGIN)
    const foreign = await handler(
      eventOf({ query: QUERY, headers: { origin: 'https://evil.example' } }),
    )
    expect(headerOf(foreign, 'access-control-allow-origin')).toBeUndefined()
  })

  it('answers on its own path, and 404 on any other', async () => {
    const { handler } = observed()
    const complete = await handler(eventOf({ method: 'POST', path: '/complete', body: '{}' }))
    expect(complete.statusCode).toBe(400)
    const nothing = await handler(eventOf({ path: '/nothing' }))
    expect(nothing.statusCode).toBe(404)
    expect(JSON.parse(nothing.body).error.code).toBe('NOT_FOUND')
  })

  it.each(['/api/upload', '/api/uploadsX', '/rules', '/'])(
    'reports %s as received outside its base path',
    async (path) => {
      const { handler } = observed({ WAYBILL_BASE_PATH: '/api/uploads' })
      const { statusCode, body } = await handler(eventOf({ path }))
      expect(statusCode).toBe(404)
      expect(JSON.parse(body).error.message).toContain(
        `"${path}" is not below the signer's basePath: `,
      )
    },
  )
})

function headerOf(response: LambdaHttpResponse, name: string): string | undefined {
  return response.headers?.[name] ?? response.multiValueHeaders?.[name]?.join(',')
}
