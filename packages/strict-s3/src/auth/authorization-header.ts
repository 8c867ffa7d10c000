/**
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-auth-using-authorization-header.html
 * @module
 */

import { formatAmzDate, S3Error } from 'waybill-s3'
import { parseAmzDate } from 'waybill-s3/internal/encoding'
import { ALGORITHM } from 'waybill-s3/internal/sigv4'
import type { S3Request } from '../message/request.ts'
import { type AuthContext, checkSkew, type Identity, parseScope } from './identity.ts'
import { type Payload, payloadOf } from './payload.ts'
import { canonicalOf, checkSignature, findCredentials, refuseToken } from './signature-check.ts'

const COMPLAINT = {
  code: 'AuthorizationHeaderMalformed',
  prefix: 'The authorization header is malformed',
} as const

export async function authenticateHeader(
  request: S3Request,
  context: AuthContext,
): Promise<{ identity: Identity; payload: Payload }> {
  const { credential, signedHeaders, signature } = parseAuthorization(
    request.headers.authorization ?? '',
  )
  const signedAt = dateOf(request)
  checkSkew(signedAt, context)
  const scope = parseScope(credential, context.region, COMPLAINT)
  const amzDate = formatAmzDate(signedAt)
  if (amzDate.slice(0, 8) !== scope.date) {
    throw new S3Error(
      COMPLAINT.code,
      `${COMPLAINT.prefix}; Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date: "${amzDate.slice(0, 8)}".`,
    )
  }
  const token = request.headers['x-amz-security-token']
  const credentials = findCredentials(context, scope.accessKeyId, token)
  const payloadHash = request.headers['x-amz-content-sha256']
  if (payloadHash === undefined) {
    throw new S3Error(
      'InvalidRequest',
      'Missing required header for this request: x-amz-content-sha256',
    )
  }
  const canonical = () => canonicalOf(request, { signedHeaders, payloadHash })
  const chain = { credentials, scope, amzDate, seedSignature: signature, canonical }
  const payload = payloadOf(payloadHash, chain)
  const signed = { credentials, scope, amzDate, signedHeaders, payloadHash, signature }
  await checkSignature(request, signed)
  refuseToken(credentials, token)
  return { identity: { credentials, authType: 'REST-HEADER', signedAt }, payload }
}

function parseAuthorization(header: string) {
  if (!header.startsWith(`${ALGORITHM} `)) {
    throw new S3Error('InvalidArgument', 'Unsupported Authorization Type', {
      ArgumentName: 'Authorization',
      ArgumentValue: header.split(' ')[0] ?? '',
    })
  }
  const components = header
    .slice(ALGORITHM.length)
    .split(',')
    .map((component) => {
      const equals = component.indexOf('=')
      return [component.slice(0, equals).trim(), component.slice(equals + 1).trim()] as const
    })
  const fields = new Map(components)
  const credential = fields.get('Credential')
  const signedHeaders = fields.get('SignedHeaders')
  const signature = fields.get('Signature')
  if (!credential || !signedHeaders || !signature || components.length !== 3) {
    throw new S3Error(
      COMPLAINT.code,
      `${COMPLAINT.prefix}; the authorization header requires three components: Credential, SignedHeaders, and Signature.`,
    )
  }
  // S3 sorts the names itself, so clients can send them in any order.
  const names = new Set(signedHeaders.toLowerCase().split(';'))
  return { credential, signedHeaders: [...names].sort(), signature }
}

/** Reads `x-amz-date`, or else `Date`, which can be in ISO 8601 or HTTP format. */
function dateOf(request: S3Request): Date {
  const { 'x-amz-date': amzDate, date: text = '' } = request.headers
  const date = parseAmzDate(amzDate ?? text) ?? (amzDate === undefined ? new Date(text) : undefined)
  if (!date || Number.isNaN(date.getTime())) {
    throw new S3Error(
      'AccessDenied',
      'AWS authentication requires a valid Date or x-amz-date header',
    )
  }
  return date
}
