/**
 * The four steps of Signature Version 4: canonical request → string to sign → signing key →
 * signature. All signing functions use them; `strict-s3` runs them over what it received. No I/O, no
 * clock.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sig-v4-header-based-auth.html
 * @module
 */

import type { Credentials } from './credentials.ts'
import { andThen, type Digest, type Hmac, type MaybePromise, platformDigest } from './digest.ts'

/** The name of the algorithm: `X-Amz-Algorithm`, and the start of an `Authorization` header. */
export const ALGORITHM = 'AWS4-HMAC-SHA256'
/** The value of `payloadHash` when the body is not signed. */
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD'

/** What a canonical request is made of. */
export interface CanonicalRequestParts {
  readonly method: string
  /** URI-encoded absolute path, as sent. */
  readonly path: string
  /** Canonical query string, see `canonicalQuery`; without `X-Amz-Signature`. */
  readonly query: string
  /** The headers that are signed: lower-case names, raw values, in any order. */
  readonly headers: Readonly<Record<string, string>>
  /** Hex SHA-256 of the body, `UNSIGNED-PAYLOAD`, or one of the `STREAMING-…` values. */
  readonly payloadHash: string
}

/** Step 1: writes the canonical request. */
export function canonicalRequest(parts: CanonicalRequestParts): string {
  const names = Object.keys(parts.headers).sort()
  let headers = ''
  for (const name of names) headers += `${name}:${trimAll(parts.headers[name] ?? '')}\n`
  return `${parts.method}\n${parts.path}\n${parts.query}\n${headers}\n${names.join(';')}\n${parts.payloadHash}`
}

/**
 * Removes white space at both ends and makes inner white space one space, so that no value can look
 * like a second header.
 */
function trimAll(value: string): string {
  return value.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '')
}

/** Writes a credential scope: `20260131/eu-west-1/s3/aws4_request`. */
export function credentialScope(amzDate: string, region: string, service = 's3'): string {
  return `${amzDate.slice(0, 8)}/${region}/${service}/aws4_request`
}

/**
 * Step 2: writes the string to sign.
 *
 * @param requestHash - SHA-256 of the canonical request in hexadecimal.
 */
export function stringToSign(amzDate: string, scope: string, requestHash: string): string {
  return `${ALGORITHM}\n${amzDate}\n${scope}\n${requestHash}`
}

/**
 * Step 3: derives the key that signs for one day, region and service.
 *
 * @param scope - A credential scope.
 * @returns 32 bytes; no promise when the digests are Node's.
 */
export function signingKey(
  secretAccessKey: string,
  scope: string,
  digest: Digest = platformDigest(),
): MaybePromise<Uint8Array<ArrayBuffer>> {
  let key: MaybePromise<Uint8Array<ArrayBuffer>> = new TextEncoder().encode(
    `AWS4${secretAccessKey}`,
  )
  for (const step of scope.split('/')) {
    key = andThen(key, (raw) => andThen(digest.hmac(raw), (hmac) => hmac.bytes(step)))
  }
  return key
}

/**
 * Derives a signing key and prepares it for use. `createSigningKeys` keeps it.
 *
 * @returns No promise when the digests are Node's.
 */
export function signingHmac(
  { secretAccessKey }: Credentials,
  scope: string,
  digest: Digest = platformDigest(),
): MaybePromise<Hmac> {
  return andThen(signingKey(secretAccessKey, scope, digest), (key) => digest.hmac(key))
}

/**
 * Step 4: signs a string to sign.
 *
 * @param key - From `signingKey`.
 * @returns 64 lower-case hexadecimal digits.
 */
export async function signature(
  key: Uint8Array<ArrayBuffer>,
  text: string,
  digest: Digest = platformDigest(),
): Promise<string> {
  return (await digest.hmac(key)).hex(text)
}
