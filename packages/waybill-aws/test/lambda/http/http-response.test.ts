import { describe, expect, it } from 'vitest'
import type { Front } from '../../../src/lambda/http-event.ts'
import { toLambdaResponse } from '../../../src/lambda/http-response.ts'

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
