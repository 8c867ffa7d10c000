/**
 * Verifies Signature Version 2. AWS still accepts it in the regions that it opened before 2014.
 *
 * As that version signs only a few query parameters, anyone could add others to a presigned URL.
 * Such URLs are rejected, as are those that are valid for more than a week. AWS accepted both.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
 * @module
 */

import { createHmac } from 'node:crypto'
import { S3Error } from 'waybill-s3'
import { MAX_EXPIRES_IN_SECONDS } from 'waybill-s3/internal/presigned-expiration'
import { ALGORITHM } from 'waybill-s3/internal/sigv4'
import { denied, withReason } from '../message/refusal.ts'
import { queryOf, type S3Request } from '../message/request.ts'
import { type AuthContext, checkSkew, type Identity, sameSignature } from './identity.ts'
import { type Payload, payloadOf } from './payload.ts'
import { findCredentials, refuseToken, spacedHex } from './signature-check.ts'
import { withoutSecrets } from './signature-trace.ts'

interface Authenticated {
  readonly identity: Identity
  readonly payload: Payload
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html */
const REGIONS: ReadonlySet<string> = new Set(
  `us-east-1 us-west-1 us-west-2 eu-west-1 ap-northeast-1 ap-southeast-1 ap-southeast-2
  sa-east-1`.split(/\s+/),
)

/** @throws {S3Error} `InvalidRequest`, with advice for the log. */
export function requireSigv2({ region }: AuthContext): void {
  if (REGIONS.has(region)) return
  throw withReason(
    new S3Error(
      'InvalidRequest',
      `The authorization mechanism you have provided is not supported. Please use ${ALGORITHM}.`,
    ),
    "it is signed with Signature Version 2, which AWS rejects in regions that it opened since 2014: in boto3, set config=Config(signature_version='s3v4'), for the AWS CLI run 'aws configure set default.s3.signature_version s3v4'",
  )
}

/** The `Authorization` header is `AWS <access key id>:<signature>`. */
export function authenticateHeaderV2(request: S3Request, context: AuthContext): Authenticated {
  const { headers } = request
  const [, accessKeyId, signature] = /^AWS ([^:\s]+):(\S+)$/.exec(headers.authorization ?? '') ?? []
  if (accessKeyId === undefined || signature === undefined) {
    throw new S3Error(
      'InvalidArgument',
      'AWS authorization header is invalid. Expected AwsAccessKeyId:signature',
      { ArgumentName: 'Authorization', ArgumentValue: 'AWS' },
    )
  }
  const amzDate = headers['x-amz-date']
  const signedAt = new Date(amzDate ?? headers.date ?? '')
  if (Number.isNaN(signedAt.getTime())) {
    throw new S3Error(
      'AccessDenied',
      'AWS authentication requires a valid Date or x-amz-date header',
    )
  }
  checkSkew(signedAt, context)
  refuseAmbiguous(request)
  const date = amzDate === undefined ? (headers.date ?? '') : ''
  const amzHeaders = amzHeadersOf(request)
  const texts = stringsToSign(request, date, amzHeaders)
  const credentials = verify({ accessKeyId, signature, texts }, amzHeaders, context)
  return {
    identity: { credentials, authType: 'REST-HEADER', signatureVersion: 'AWS', signedAt },
    payload: payloadOfV2(request),
  }
}

const PARAMETERS = ['AWSAccessKeyId', 'Expires', 'Signature']

export function authenticateQueryV2(request: S3Request, context: AuthContext): Authenticated {
  const [accessKeyId, expires, signature] = PARAMETERS.map((name) => queryOf(request, name))
  if (!accessKeyId || !expires || !signature) {
    throw new S3Error(
      'AccessDenied',
      'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters',
    )
  }
  checkExpires(expires, context.now())
  refuseUnsigned(request)
  refuseAmbiguous(request)
  const { 'x-amz-date': _, ...amzHeaders } = amzHeadersOf(request)
  const texts = stringsToSign(request, expires, amzHeaders)
  const credentials = verify({ accessKeyId, signature, texts }, amzHeaders, context)
  return {
    identity: { credentials, authType: 'REST-QUERY-STRING', signatureVersion: 'AWS' },
    payload: payloadOfV2(request),
  }
}

export const SIGNED_FIELDS_V2 = ['awsaccesskeyid', 'signature', 'policy'] as const

/** @param fields - Names must be in lower case. It must contain all of `SIGNED_FIELDS_V2`. */
export function authenticatePostV2(
  fields: ReadonlyMap<string, string>,
  context: AuthContext,
): Identity {
  const [accessKeyId = '', signature = '', policy = ''] = SIGNED_FIELDS_V2.map((name) =>
    fields.get(name),
  )
  const token = { 'x-amz-security-token': fields.get('x-amz-security-token') }
  const credentials = verify({ accessKeyId, signature, texts: [policy] }, token, context)
  return { credentials, authType: 'POST', signatureVersion: 'AWS' }
}

/** @param expires - Seconds since 1970. */
function checkExpires(expires: string, now: Date): void {
  if (!/^\d{1,12}$/.test(expires)) {
    throw new S3Error('AccessDenied', `Invalid date (should be seconds since epoch): ${expires}`)
  }
  const end = new Date(Number(expires) * 1000)
  if (now > end) {
    throw new S3Error('AccessDenied', 'Request has expired', {
      Expires: end.toISOString(),
      ServerTime: now.toISOString(),
    })
  }
  if (end.getTime() - now.getTime() > MAX_EXPIRES_IN_SECONDS * 1000) {
    throw new S3Error('AccessDenied', 'Expires must be less than a week from now', {
      Expires: end.toISOString(),
      ServerTime: now.toISOString(),
    })
  }
}

/** Rejects parameters that whoever has the URL could have added. */
function refuseUnsigned({ query }: S3Request): void {
  const names = query.map(([name]) => name)
  for (const [index, [name]] of query.entries()) {
    // boto3 also puts these headers into the URL, where they have no effect.
    if (/^content-(?:md5|type)$/.test(name)) continue
    if (!isSigned(name) && !isAmz(name) && !PARAMETERS.includes(name)) {
      throw denied(`Signature Version 2 does not sign the parameter '${name}' of a presigned URL`)
    }
    if (PARAMETERS.includes(name) && names.indexOf(name) < index) {
      throw denied(`the URL has the parameter '${name}' twice`)
    }
  }
}

/**
 * Rejects values that contain what separates them in the string to sign. With these, another
 * request could have the same signature.
 */
function refuseAmbiguous({ query }: S3Request): void {
  for (const [name, value] of query) {
    const isAmbiguous = isAmz(name)
      ? /[\r\n]/.test(value)
      : isSigned(name) &&
        value
          .split('&')
          .slice(1)
          .some((part) => isSigned(part.split('=')[0] ?? ''))
    if (isAmbiguous) throw denied(`the value of the parameter '${name}' is ambiguous`)
  }
}

interface Claim {
  readonly accessKeyId: string
  readonly signature: string
  /** The signature must be that of one of these. The first one is shown in the error. */
  readonly texts: readonly [string, ...string[]]
}

/** boto3 signs a bucket's path with a slash at its end, even if it sends it without. */
function stringsToSign(
  request: S3Request,
  date: string,
  amzHeaders: Readonly<Record<string, string>>,
): Claim['texts'] {
  const text = stringToSignV2(request, date, amzHeaders)
  const { resource } = request
  if (resource.includes('/', 1)) return [text]
  return [text, stringToSignV2({ ...request, resource: `${resource}/` }, date, amzHeaders)]
}

function verify(
  { accessKeyId, signature, texts }: Claim,
  { 'x-amz-security-token': token }: Readonly<Record<string, string | undefined>>,
  context: AuthContext,
) {
  const credentials = findCredentials(context, accessKeyId, token)
  const { secretAccessKey } = credentials
  const isValid = (text: string) => sameSignature(signatureV2(secretAccessKey, text), signature)
  if (!texts.some(isValid)) throw mismatch(accessKeyId, texts[0], signature)
  refuseToken(credentials, token)
  return credentials
}

function mismatch(accessKeyId: string, text: string, signature: string): S3Error {
  const error = new S3Error('SignatureDoesNotMatch', undefined, {
    AWSAccessKeyId: accessKeyId,
    StringToSign: text,
    SignatureProvided: signature,
    StringToSignBytes: spacedHex(text),
  })
  const lines = text.split('\n').map((line) => `    ${withoutSecrets(line)}`)
  error.cause = { trace: ['  Signature Version 2, computed here:', ...lines].join('\n') }
  return error
}

export function signatureV2(secretAccessKey: string, text: string): string {
  return createHmac('sha1', secretAccessKey).update(text).digest('base64')
}

/**
 * Only the headers themselves count for `Content-MD5` and `Content-Type`, even if a presigned URL
 * repeats them, because only they affect what is stored.
 *
 * @param date - The `Date` header, or empty if there is `x-amz-date`. In a URL, the `Expires`
 *   parameter.
 */
export function stringToSignV2(
  {
    method,
    headers,
    query,
    resource,
  }: Pick<S3Request, 'headers' | 'method' | 'query' | 'resource'>,
  date: string,
  amzHeaders: Readonly<Record<string, string>>,
): string {
  const parameters = query
    .filter(([name]) => isSigned(name))
    .sort(([a], [b]) => (a < b ? -1 : Number(a > b)))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
  return [
    method,
    headers['content-md5'] ?? '',
    headers['content-type'] ?? '',
    date,
    ...Object.keys(amzHeaders)
      .sort()
      .map((name) => `${name}:${amzHeaders[name]}`),
    parameters.length === 0 ? resource : `${resource}?${parameters.join('&')}`,
  ].join('\n')
}

/** In presigned URLs, these headers are in the query. If they are in both, the headers count. */
export function amzHeadersOf({
  headers,
  query,
}: Pick<S3Request, 'headers' | 'query'>): Record<string, string> {
  const inQuery = query
    .filter(([name]) => isAmz(name))
    .map(([name, value]) => [name.toLowerCase(), value])
  const inHeaders = Object.entries(headers).filter(([name]) => isAmz(name))
  return Object.fromEntries([...inQuery, ...inHeaders])
}

function isAmz(name: string): boolean {
  return /^x-amz-/i.test(name)
}

/**
 * The parameters that Signature Version 2 signs: all that select an operation, a version or a part,
 * and those that change the response's headers.
 */
const SIGNED_PARAMETERS: ReadonlySet<string> = new Set(
  `abac accelerate acl analytics annotation annotationName attributes cors delete encryption events
  intelligent-tiering inventory legal-hold lifecycle location logging metadataAnnotationTable metadataConfiguration
  metadataInventoryTable metadataJournalTable metadataTable metrics notification object-lock ownershipControls
  partNumber policy policyStatus publicAccessBlock renameObject replication requestPayment restore retention select
  select-type tagging torrent uploadId uploads versionId versioning versions website`.split(/\s+/),
)

export function isSigned(name: string): boolean {
  return SIGNED_PARAMETERS.has(name) || name.startsWith('response-')
}

function payloadOfV2({ headers }: S3Request): Payload {
  const hash = headers['x-amz-content-sha256']
  return hash === undefined ? { kind: 'unsigned' } : payloadOf(hash)
}
