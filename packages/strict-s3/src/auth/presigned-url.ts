/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-query-string-auth.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { parseAmzDate } from 'waybill-s3/internal/encoding'
import { MAX_EXPIRES_IN_SECONDS } from 'waybill-s3/internal/presigned-expiration'
import { ALGORITHM, UNSIGNED_PAYLOAD } from 'waybill-s3/internal/sigv4'
import { queryOf, type S3Request } from '../message/request.ts'
import { type AuthContext, type Identity, MAX_SKEW_MS, parseScope } from './identity.ts'
import { type Payload, payloadOf } from './payload.ts'
import { canonicalOf, checkSignature, findCredentials, refuseToken } from './signature-check.ts'

const CODE = 'AuthorizationQueryParametersError'

export async function authenticateQuery(
  request: S3Request,
  context: AuthContext,
): Promise<{ identity: Identity; payload: Payload }> {
  const parameters = readParameters(request)
  const { amzDate, signature } = parameters
  checkLife(parameters.signedAt, parameters.expiresInSeconds, context.now())
  const complaint = { code: CODE, prefix: 'Error parsing the X-Amz-Credential parameter' } as const
  const scope = parseScope(parameters.credential, context.region, complaint)
  if (amzDate.slice(0, 8) !== scope.date) {
    throw new S3Error(
      CODE,
      `Error parsing the X-Amz-Credential parameter; incorrect date "${scope.date}". This date is not the same as X-Amz-Date: "${amzDate.slice(0, 8)}".`,
    )
  }
  const token = queryOf(request, 'X-Amz-Security-Token') ?? request.headers['x-amz-security-token']
  const credentials = findCredentials(context, scope.accessKeyId, token)
  const payloadHash =
    request.headers['x-amz-content-sha256'] ??
    queryOf(request, 'X-Amz-Content-Sha256') ??
    UNSIGNED_PAYLOAD
  const signedHeaders = parameters.signedHeaders.split(';')
  const canonical = () => canonicalOf(request, { signedHeaders, payloadHash })
  const chain = { credentials, scope, amzDate, seedSignature: signature, canonical }
  const payload = payloadOf(payloadHash, chain)
  const signed = { credentials, scope, amzDate, signedHeaders, payloadHash, signature }
  await checkSignature(request, signed)
  refuseToken(credentials, token)
  const identity = {
    credentials,
    authType: 'REST-QUERY-STRING',
    signedAt: parameters.signedAt,
  } as const
  return { identity, payload }
}

function readParameters(request: S3Request) {
  const credential = queryOf(request, 'X-Amz-Credential')
  const amzDate = queryOf(request, 'X-Amz-Date')
  const expires = queryOf(request, 'X-Amz-Expires')
  const signedHeaders = queryOf(request, 'X-Amz-SignedHeaders')
  const signature = queryOf(request, 'X-Amz-Signature')
  if (queryOf(request, 'X-Amz-Algorithm') !== ALGORITHM) {
    throw new S3Error(
      CODE,
      `X-Amz-Algorithm only supports "${ALGORITHM} and AWS4-ECDSA-P256-SHA256"`,
    )
  }
  if (!credential || !amzDate || !expires || !signedHeaders || !signature) {
    throw new S3Error(
      CODE,
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    )
  }
  const signedAt = parseAmzDate(amzDate)
  if (!signedAt) {
    throw new S3Error(CODE, `X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`)
  }
  const expiresInSeconds = parseExpires(expires)
  return { credential, amzDate, signedAt, expiresInSeconds, signedHeaders, signature }
}

function parseExpires(expires: string): number {
  if (!/^-?\d+$/.test(expires)) throw new S3Error(CODE, 'X-Amz-Expires should be a number')
  const seconds = Number(expires)
  if (seconds < 0) throw new S3Error(CODE, 'X-Amz-Expires must be non-negative')
  if (seconds > MAX_EXPIRES_IN_SECONDS) {
    throw new S3Error(
      CODE,
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${MAX_EXPIRES_IN_SECONDS} seconds`,
    )
  }
  return seconds
}

function checkLife(signedAt: Date, expiresInSeconds: number, now: Date): void {
  if (signedAt.getTime() - now.getTime() > MAX_SKEW_MS) {
    throw new S3Error('AccessDenied', 'Request is not yet valid', {
      'X-Amz-Date': signedAt.toISOString(),
      ServerTime: now.toISOString(),
    })
  }
  const expires = new Date(signedAt.getTime() + expiresInSeconds * 1000)
  if (now <= expires) return
  throw new S3Error('AccessDenied', 'Request has expired', {
    'X-Amz-Expires': String(expiresInSeconds),
    Expires: expires.toISOString(),
    ServerTime: now.toISOString(),
  })
}
