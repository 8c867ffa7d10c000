/**
 * Signs one request in its `Authorization` header, for any AWS service.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 * @module
 */

import { formatAmzDate } from './amz-date.ts'
import type { Credentials } from './credentials.ts'
import { type Digest, platformDigest } from './digest.ts'
import { createSigningKeys, type SigningKeys } from './signing-keys.ts'
import {
  ALGORITHM,
  type CanonicalRequestParts,
  canonicalRequest,
  credentialScope,
  stringToSign,
} from './sigv4.ts'

export interface HeaderSigning extends CanonicalRequestParts {
  readonly credentials: Credentials
  readonly region: string
  /**
   * The service's name in the credential scope, for example `events`.
   * @default 's3'
   */
  readonly service?: string
  /** @default () => new Date() */
  readonly now?: () => Date
  readonly digest?: Digest
  /**
   * A signing key cache.
   * @default each call derives its key
   */
  readonly signingKeys?: SigningKeys
}

/**
 * Signs a request. Send it right away: AWS accepts it for only 15 minutes.
 *
 * @param request - `headers` must contain all headers to sign, including `host`. The date and the
 *   session token are added.
 * @returns All headers to send, including `authorization`, without `host`, which the platform sets.
 */
export async function signHeaders(request: HeaderSigning): Promise<Record<string, string>> {
  const { credentials, region, service, digest = platformDigest() } = request
  const amzDate = formatAmzDate(request.now ? request.now() : new Date())
  const scope = credentialScope(amzDate, region, service)
  const { host: _, ...own } = request.headers
  const sent: Record<string, string> = { ...own, 'x-amz-date': amzDate }
  if (credentials.sessionToken) sent['x-amz-security-token'] = credentials.sessionToken
  const headers = { ...request.headers, ...sent }
  const hash = await digest.sha256Hex(canonicalRequest({ ...request, headers }))
  const text = stringToSign(amzDate, scope, hash)
  const { signingKeys = createSigningKeys(digest) } = request
  const signature = await (await signingKeys(credentials, scope)).hex(text)
  const signedHeaders = Object.keys(headers).sort().join(';')
  sent.authorization =
    `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, ` +
    `SignedHeaders=${signedHeaders}, Signature=${signature}`
  return sent
}
