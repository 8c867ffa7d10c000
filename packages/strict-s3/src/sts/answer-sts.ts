/**
 * STS on the same endpoint: requests to `/` with an `Action`, signed for the service `sts`.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
 * @module
 */

import { hash } from 'node:crypto'
import { S3Error } from 'waybill-s3'
import { type XmlElement, xmlDocument } from 'waybill-s3/internal/xml'
import { refuseForeignPage } from '../access/foreign-page.ts'
import { authenticate } from '../auth/authenticate.ts'
import type { RequestCredentials } from '../auth/identity.ts'
import { queryOf, refuseForeignHost, type S3Request } from '../message/request.ts'
import { type S3Response, text } from '../message/response.ts'
import type { RequestNotes, Service } from '../operations/call.ts'
import { STS_ACTIONS } from './sts-actions.ts'

/** S3 has no operation with these addresses, so they are free for STS. */
export function isStsRequest(request: S3Request): boolean {
  if (request.bucket !== undefined) return false
  if (request.method === 'GET') return queryOf(request, 'Action') !== undefined
  const type = request.headers['content-type'] ?? ''
  return request.method === 'POST' && /^application\/x-www-form-urlencoded\b/i.test(type)
}

/** Never rejects. Errors become STS's error documents. */
export async function answerSts(
  request: S3Request,
  service: Service,
  notes: RequestNotes,
): Promise<S3Response> {
  try {
    const body = await readBody(request)
    const parameters = new URLSearchParams(
      request.method === 'GET' ? request.query.map(([name, value]) => [name, value]) : body,
    )
    const action = parameters.get('Action') ?? ''
    const run = actionOf(action, parameters.get('Version'))
    notes.operation = action
    const credentials = await signerOf(request, service, body)
    const result = run(parameters, credentials, service.now())
    return xml(200, `${action}Response`, notes.requestId, [
      { name: `${action}Result`, children: result },
      { name: 'ResponseMetadata', children: [text('RequestId', notes.requestId)] },
    ])
  } catch (error) {
    notes.error = error
    return errorDocument(stsError(error), notes.requestId)
  }
}

/** In bytes. Far more than the longest parameters need. */
const MAX_BODY = 64 * 1024

async function readBody(request: S3Request): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body) {
    size += chunk.length
    if (size > MAX_BODY) {
      throw new S3Error(
        'RequestEntityTooLarge',
        `The request body exceeds ${MAX_BODY} bytes`,
        {},
        413,
      )
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const VERSION = '2011-06-15'

/** STS has these actions, but this server does not. */
const MISSING = new Set([
  'AssumeRoleWithSAML',
  'AssumeRoleWithWebIdentity',
  'AssumeRoot',
  'DecodeAuthorizationMessage',
  'GetAccessKeyInfo',
  'GetDelegatedAccessToken',
  'GetFederationToken',
  'GetWebIdentityToken',
])

function actionOf(action: string, version: string | null) {
  const run = version === VERSION ? STS_ACTIONS.get(action) : undefined
  if (run) return run
  if (MISSING.has(action)) throw notImplementedHere(action)
  throw new S3Error(
    'InvalidAction',
    `Could not find operation ${action} for version ${version ?? 'NO_VERSION_SPECIFIED'}`,
    {},
    400,
  )
}

function notImplementedHere(action: string): S3Error {
  return new S3Error('NotImplemented', `The local STS does not implement ${action}`)
}

async function signerOf(
  request: S3Request,
  service: Service,
  body: string,
): Promise<RequestCredentials> {
  // The global endpoint, which many SDKs use, belongs to us-east-1.
  const signed = {
    service: 'sts',
    bodyHash: hash('sha256', body),
    otherRegion: 'us-east-1',
  } as const
  const { identity } = await authenticate(request, service, signed)
  const { credentials } = identity
  if (!credentials) {
    throw new S3Error(
      'MissingAuthenticationToken',
      'Request is missing Authentication Token',
      {},
      403,
    )
  }
  refuseForeignHost(request)
  const { hasKnownKeys } = service
  const pagesFrom = credentials.pagesFrom ?? service.pagesFrom
  refuseForeignPage(request, undefined, { pagesFrom, hasKnownKeys })
  return credentials
}

const INVALID_TOKEN = [
  403,
  'InvalidClientTokenId',
  'The security token included in the request is invalid.',
] as const

/** STS's codes for S3's errors. Without a message, S3's message is used. */
const STS_CODES: Readonly<
  Record<string, readonly [status: number, code: string, message?: string]>
> = {
  AuthorizationHeaderMalformed: [400, 'IncompleteSignature'],
  AuthorizationQueryParametersError: [400, 'IncompleteSignature'],
  ExpiredToken: [403, 'ExpiredToken', 'The security token included in the request is expired'],
  InvalidAccessKeyId: INVALID_TOKEN,
  InvalidToken: INVALID_TOKEN,
  RequestTimeTooSkewed: [403, 'SignatureDoesNotMatch'],
  SignatureDoesNotMatch: [
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  ],
}

function stsError(error: unknown): readonly [status: number, code: string, message: string] {
  if (!(error instanceof S3Error)) {
    return [
      500,
      'InternalFailure',
      'The request processing has failed because of an unknown error.',
    ]
  }
  const [status, code, message] = STS_CODES[error.code] ?? [error.status, error.code]
  return [status, code, message ?? error.message]
}

function errorDocument(
  [status, code, message]: ReturnType<typeof stsError>,
  requestId: string,
): S3Response {
  const children = [
    text('Type', status < 500 ? 'Sender' : 'Receiver'),
    text('Code', code),
    text('Message', message),
  ]
  return xml(status, 'ErrorResponse', requestId, [
    { name: 'Error', children },
    text('RequestId', requestId),
  ])
}

function xml(
  status: number,
  name: string,
  requestId: string,
  children: readonly XmlElement[],
): S3Response {
  const attributes = { xmlns: `https://sts.amazonaws.com/doc/${VERSION}/` }
  return {
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: xmlDocument({ name, attributes, children }),
  }
}
