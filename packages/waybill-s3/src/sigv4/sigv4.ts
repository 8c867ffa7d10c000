/**
 * The four steps of Signature Version 4: canonical request → string to sign → signing key →
 * signature.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sig-v4-header-based-auth.html
 * @module
 */

import { andThen, type Digest, type Hmac, type MaybePromise, platformDigest } from './digest.ts'

/** AWS credentials. Never send them to a browser. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Required for a role's credentials. It is sent with every signature. */
  readonly sessionToken?: string
  /**
   * When a role's credentials expire. Nothing signed with them is valid for longer. With a session
   * token but no `expiration`, signatures are valid for up to one hour.
   */
  readonly expiration?: Date
}

/**
 * Credentials, or a function that returns the current ones, because a role's credentials change
 * every few hours. You can pass the AWS SDK's credential providers directly.
 */
export type CredentialsProvider = Credentials | (() => Credentials | Promise<Credentials>)

/** The value of `X-Amz-Algorithm`, and the start of an `Authorization` header. */
export const ALGORITHM = 'AWS4-HMAC-SHA256'
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD'

/** The parts of a canonical request. */
export interface CanonicalRequestParts {
  readonly method: string
  /** URI-encoded absolute path, as sent. */
  readonly path: string
  /** Canonical query string without `X-Amz-Signature`; see `canonicalQuery`. */
  readonly query: string
  /** The headers to sign, in any order: names in lower case, values as sent. */
  readonly headers: Readonly<Record<string, string>>
  /** Hex SHA-256 of the body, `UNSIGNED-PAYLOAD`, or one of the `STREAMING-…` values. */
  readonly payloadHash: string
}

/** Step 1: builds the canonical request. */
export function canonicalRequest(parts: CanonicalRequestParts): string {
  const names = Object.keys(parts.headers).sort()
  let headers = ''
  for (const name of names) headers += `${name}:${trimAll(parts.headers[name] ?? '')}\n`
  return `${parts.method}\n${parts.path}\n${parts.query}\n${headers}\n${names.join(';')}\n${parts.payloadHash}`
}

/**
 * Trims white space and collapses it to single spaces, so that a value with line breaks cannot look
 * like another header.
 */
function trimAll(value: string): string {
  return value.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '')
}

/** Builds a credential scope, for example `20260131/eu-west-1/s3/aws4_request`. */
export function credentialScope(amzDate: string, region: string, service = 's3'): string {
  return `${amzDate.slice(0, 8)}/${region}/${service}/aws4_request`
}

/**
 * Step 2: builds the string to sign.
 *
 * @param requestHash - The canonical request's SHA-256 in hexadecimal.
 */
export function stringToSign(amzDate: string, scope: string, requestHash: string): string {
  return `${ALGORITHM}\n${amzDate}\n${scope}\n${requestHash}`
}

/**
 * Step 3: derives the signing key for one day, region and service.
 *
 * @param scope - From `credentialScope`.
 * @returns 32 bytes. With Node's digests, the result is not a promise.
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

/** Use `createSigningKeys` to cache the result. With Node's digests, it is not a promise. */
export function signingHmac(
  { secretAccessKey }: Credentials,
  scope: string,
  digest: Digest = platformDigest(),
): MaybePromise<Hmac> {
  return andThen(signingKey(secretAccessKey, scope, digest), (key) => digest.hmac(key))
}

/**
 * Step 4: computes the signature of the string to sign.
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
