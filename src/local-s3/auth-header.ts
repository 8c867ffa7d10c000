/**
 * The `Authorization` header.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-auth-using-authorization-header.html
 * @module
 */

import { ALGORITHM, formatAmzDate, parseAmzDate, S3Error } from '../s3/index.ts'
import {
  type AuthContext,
  findCredentials,
  type Identity,
  MAX_SKEW_MS,
  parseScope,
} from './identity.ts'
import { type Payload, payloadOf } from './payload.ts'
import type { S3Request } from './request.ts'
import { checkSignature } from './signature-check.ts'

const COMPLAINT = {
  code: 'AuthorizationHeaderMalformed',
  prefix: 'The authorization header is malformed',
} as const

/** @throws {S3Error} */
export async function authenticateHeader(
  request: S3Request,
  context: AuthContext,
): Promise<{ identity: Identity; payload: Payload }> {
  const { credential, signedHeaders, signature } = parseAuthorization(
    request.headers.authorization ?? '',
  )
  const scope = parseScope(credential, context.region, COMPLAINT)
  const signedAt = dateOf(request)
  const amzDate = formatAmzDate(signedAt)
  if (amzDate.slice(0, 8) !== scope.date) {
    throw new S3Error(
      COMPLAINT.code,
      `${COMPLAINT.prefix}; Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date: "${amzDate.slice(0, 8)}".`,
    )
  }
  const credentials = findCredentials(
    context,
    scope.accessKeyId,
    request.headers['x-amz-security-token'],
  )
  const payloadHash = request.headers['x-amz-content-sha256']
  if (payloadHash === undefined) {
    throw new S3Error(
      'InvalidRequest',
      'Missing required header for this request: x-amz-content-sha256',
    )
  }
  const chain = { credentials, scope, amzDate, seedSignature: signature }
  const payload = payloadOf(payloadHash, chain)
  checkSkew(signedAt, context.now())
  await checkSignature(request, {
    credentials,
    scope,
    amzDate,
    signedHeaders,
    payloadHash,
    signature,
  })
  return { identity: { credentials, authType: 'REST-HEADER', signedAt }, payload }
}

function parseAuthorization(header: string) {
  if (/^AWS /.test(header)) {
    throw new S3Error(
      'InvalidRequest',
      `The authorization mechanism you have provided is not supported. Please use ${ALGORITHM}.`,
    )
  }
  if (!header.startsWith(`${ALGORITHM} `)) {
    throw new S3Error('InvalidArgument', 'Unsupported Authorization Type', {
      ArgumentName: 'Authorization',
      ArgumentValue: header.split(' ')[0] ?? '',
    })
  }
  const fields = new Map(
    header
      .slice(ALGORITHM.length)
      .split(',')
      .map((field) => {
        const equals = field.indexOf('=')
        return [field.slice(0, equals).trim(), field.slice(equals + 1).trim()] as const
      }),
  )
  const credential = fields.get('Credential')
  const signedHeaders = fields.get('SignedHeaders')
  const signature = fields.get('Signature')
  if (!credential || !signedHeaders || !signature) {
    throw new S3Error(
      COMPLAINT.code,
      `${COMPLAINT.prefix}; the authorization header requires three components: Credential, SignedHeaders, and Signature.`,
    )
  }
  return { credential, signedHeaders: signedHeaders.split(';'), signature }
}

function dateOf(request: S3Request): Date {
  const amzDate = request.headers['x-amz-date']
  const date =
    amzDate === undefined ? new Date(request.headers.date ?? Number.NaN) : parseAmzDate(amzDate)
  if (!date || Number.isNaN(date.getTime())) {
    throw new S3Error(
      'AccessDenied',
      'AWS authentication requires a valid Date or x-amz-date header',
    )
  }
  return date
}

function checkSkew(signedAt: Date, now: Date): void {
  if (Math.abs(now.getTime() - signedAt.getTime()) <= MAX_SKEW_MS) return
  throw new S3Error('RequestTimeTooSkewed', undefined, {
    RequestTime: formatAmzDate(signedAt),
    ServerTime: now.toISOString(),
    MaxAllowedSkewMilliseconds: String(MAX_SKEW_MS),
  })
}
