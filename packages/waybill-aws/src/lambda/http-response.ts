import type { SignerResponse } from 'waybill'
import type { Front } from './http-event.ts'

/** A response in the format of Function URLs, HTTP APIs and load balancers. */
export interface LambdaHttpResponse {
  readonly statusCode: number
  readonly headers?: Readonly<Record<string, string>>
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>
  readonly body: string
  readonly isBase64Encoded: false
}

/**
 * Converts a response to the format of its front.
 *
 * @param corsBy - With `url`, a Function URL or HTTP API sets the CORS headers. The handler must not
 *   set them too, because browsers reject duplicates.
 */
export function toLambdaResponse(
  front: Front,
  response: SignerResponse,
  corsBy: 'handler' | 'url',
): LambdaHttpResponse {
  const { status: statusCode, body } = response
  const headers = corsBy === 'url' ? withoutCors(response.headers) : response.headers
  if (front !== 'alb-multi-value') return { statusCode, headers, body, isBase64Encoded: false }
  const multiValueHeaders: Record<string, readonly string[]> = {}
  for (const [name, value] of Object.entries(headers)) multiValueHeaders[name] = [value]
  return { statusCode, multiValueHeaders, body, isBase64Encoded: false }
}

function withoutCors(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => {
    const lower = name.toLowerCase()
    return !lower.startsWith('access-control-') && lower !== 'vary'
  })
  return Object.fromEntries(kept)
}
