/**
 * Signs one request in its `Authorization` header, for any AWS service.
 *
 * `signRequest` puts S3's addressing before it, `aws/call-json` the JSON protocol of other services.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 * @module
 */

import { formatAmzDate } from './amz-date.ts'
import type { Credentials } from './credentials.ts'
import { type Digest, platformDigest } from './digest.ts'
import {
  ALGORITHM,
  type CanonicalRequestParts,
  canonicalRequest,
  credentialScope,
  signingHmac,
  stringToSign,
} from './sigv4.ts'

export interface HeaderSigning extends CanonicalRequestParts {
  readonly credentials: Credentials
  readonly region: string
  /** As in the credential scope, for example `events`. @default 's3' */
  readonly service?: string
  /** @default () => new Date() */
  readonly now?: () => Date
  readonly digest?: Digest
}

/**
 * Signs a request that is sent at once: AWS allows 15 minutes between its clock and ours.
 *
 * @param request - `headers` has `host` and whatever else is to be signed; the date and the session
 *   token are added here.
 * @returns All headers to send, `authorization` among them, `host` not: the platform sets that one.
 */
export async function signHeaders(request: HeaderSigning): Promise<Record<string, string>> {
  const { credentials, region, service, digest = platformDigest() } = request
  const amzDate = formatAmzDate(request.now ? request.now() : new Date())
  const scope = credentialScope(amzDate, region, service)
  const { host = '', ...own } = request.headers
  const sent: Record<string, string> = { ...own, 'x-amz-date': amzDate }
  if (credentials.sessionToken) sent['x-amz-security-token'] = credentials.sessionToken
  const headers = { ...sent, host }
  const hash = await digest.sha256Hex(canonicalRequest({ ...request, headers }))
  const text = stringToSign(amzDate, scope, hash)
  const signature = await (await signingHmac(credentials, scope, digest)).hex(text)
  const signedHeaders = Object.keys(headers).sort().join(';')
  sent.authorization =
    `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, ` +
    `SignedHeaders=${signedHeaders}, Signature=${signature}`
  return sent
}
