/**
 * Signs one request in its `Authorization` header, for any AWS service, and caches signing keys.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 * @module
 */

import { type Digest, type Hmac, type MaybePromise, platformDigest } from './digest.ts'
import { formatAmzDate } from './encoding.ts'
import {
  ALGORITHM,
  type CanonicalRequestParts,
  type Credentials,
  canonicalRequest,
  credentialScope,
  signingHmac,
  stringToSign,
} from './sigv4.ts'

interface HeaderSigning extends CanonicalRequestParts {
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

/** The result is a promise only while Web Crypto is deriving the key. */
export type SigningKeys = (credentials: Credentials, scope: string) => MaybePromise<Hmac>

interface KeptKey {
  readonly secretAccessKey: string
  readonly scope: string
  hmac: MaybePromise<Hmac>
}

/** The oldest key is dropped at this limit. A signer needs one key per day, strict-s3 a few. */
const KEPT_KEYS = 64

/**
 * Caches signing keys: deriving one takes four HMACs, and using it takes only one. Failures are not
 * cached, so the next call tries again.
 */
export function createSigningKeys(digest: Digest = platformDigest()): SigningKeys {
  // Newest first. Comparing with an array's first entry is cheaper than building a map key.
  const keys: KeptKey[] = []
  const forget = (kept: KeptKey) => {
    const index = keys.indexOf(kept)
    if (index >= 0) keys.splice(index, 1)
  }
  return (credentials, scope) => {
    const { secretAccessKey } = credentials
    const found = keys.find(
      (kept) => kept.scope === scope && kept.secretAccessKey === secretAccessKey,
    )
    if (found) return found.hmac
    const hmac = signingHmac(credentials, scope, digest)
    const kept: KeptKey = { secretAccessKey, scope, hmac }
    if (hmac instanceof Promise) {
      hmac.then(
        (ready) => {
          kept.hmac = ready
        },
        () => forget(kept),
      )
    }
    keys.unshift(kept)
    if (keys.length > KEPT_KEYS) keys.pop()
    return hmac
  }
}
