/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors-troubleshooting.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTOPTIONSobject.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { BucketRecord } from '../buckets/records.ts'
import { itemsOf, type S3Request } from '../message/request.ts'
import { emptyResponse, type S3Response } from '../message/response.ts'
import { type CorsMatch, type CorsRule, matchCors } from './cors-rule.ts'

const VARY = { vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method' }

/**
 * Preflights are never signed.
 *
 * @param bucket - `undefined` if there is no such bucket.
 * @throws {S3Error} `BadRequest`, `AccessForbidden`
 */
export function answerPreflight(request: S3Request, bucket: BucketRecord | undefined): S3Response {
  const { origin } = request.headers
  const method = request.headers['access-control-request-method']
  if (origin === undefined) {
    throw badRequest('Insufficient information. Origin request header needed.')
  }
  if (!bucket?.cors) {
    const reason = bucket ? 'CORS is not enabled for this bucket.' : 'Bucket not found'
    const detail = { Method: method ?? 'OPTIONS', ResourceType: 'BUCKET' }
    throw forbidden(`CORSResponse: ${reason}`, detail)
  }
  if (method === undefined || !/^[A-Z]+$/.test(method)) {
    throw badRequest(`Invalid Access-Control-Request-Method: ${method ?? 'null'}`)
  }
  const detail = { Method: method, ResourceType: request.key === undefined ? 'BUCKET' : 'OBJECT' }
  const requestHeaders = itemsOf(request.headers['access-control-request-headers'])
  const match = matchCors(bucket.cors, { origin, method, requestHeaders })
  if (!match) {
    throw forbidden(
      "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
      detail,
    )
  }
  const allowHeaders =
    requestHeaders.length > 0 ? { 'access-control-allow-headers': requestHeaders.join(', ') } : {}
  return emptyResponse(200, { ...matchHeaders(match), ...allowHeaders })
}

/** S3 evaluates preflight headers in every request. Browsers send them only in preflights. */
export function corsHeaders(
  request: S3Request,
  rules: readonly CorsRule[] | undefined,
): Record<string, string> {
  const { origin } = request.headers
  if (origin === undefined || !rules) return {}
  const method = request.headers['access-control-request-method'] ?? request.method
  const requestHeaders = itemsOf(request.headers['access-control-request-headers'])
  const match = matchCors(rules, { origin, method, requestHeaders })
  return match ? matchHeaders(match) : {}
}

function matchHeaders({ rule, allowOrigin }: CorsMatch): Record<string, string> {
  const headers: Record<string, string> = {
    'access-control-allow-origin': allowOrigin,
    'access-control-allow-methods': rule.allowedMethods.join(', '),
    ...VARY,
  }
  if (rule.exposeHeaders && rule.exposeHeaders.length > 0) {
    headers['access-control-expose-headers'] = rule.exposeHeaders.join(', ')
  }
  if (rule.maxAgeSeconds !== undefined) {
    headers['access-control-max-age'] = String(rule.maxAgeSeconds)
  }
  if (allowOrigin !== '*') headers['access-control-allow-credentials'] = 'true'
  return headers
}

function badRequest(message: string): S3Error {
  return new S3Error('BadRequest', message, {}, 400)
}

function forbidden(message: string, detail: Record<string, string>): S3Error {
  return new S3Error('AccessForbidden', message, detail, 403)
}
