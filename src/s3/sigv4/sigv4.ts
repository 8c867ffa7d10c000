/**
 * Signature Version 4, step by step, each step callable: canonical request → string to sign → signing key →
 * signature. Every other signer of this room is these four in a different order; `local-s3` runs the same four over
 * what it received. Nothing here does I/O or reads a clock.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sig-v4-header-based-auth.html
 * @module
 */

import type { Credentials } from './credentials.ts'
import { andThen, type Digest, type Hmac, type MaybePromise, platformDigest } from './digest.ts'

export const ALGORITHM = 'AWS4-HMAC-SHA256'
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD'

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

/** Step 1. */
export function canonicalRequest(parts: CanonicalRequestParts): string {
  const names = Object.keys(parts.headers).sort()
  let headers = ''
  for (const name of names) headers += `${name}:${trimAll(parts.headers[name] ?? '')}\n`
  return `${parts.method}\n${parts.path}\n${parts.query}\n${headers}\n${names.join(';')}\n${parts.payloadHash}`
}

/** White space at the ends goes, inner white space becomes one space: no value can look like a second header. */
function trimAll(value: string): string {
  return value.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '')
}

/** @returns `20260131/eu-west-1/s3/aws4_request` */
export function credentialScope(amzDate: string, region: string, service = 's3'): string {
  return `${amzDate.slice(0, 8)}/${region}/${service}/aws4_request`
}

/** Step 2. @param requestHash - Hex SHA-256 of the canonical request. */
export function stringToSign(amzDate: string, scope: string, requestHash: string): string {
  return `${ALGORITHM}\n${amzDate}\n${scope}\n${requestHash}`
}

/**
 * Step 3: the key that signs one day, region and service.
 *
 * @param scope - A credential scope.
 * @returns 32 bytes; synchronously when the digests are Node's.
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

interface KeptKey {
  readonly digest: Digest
  readonly secretAccessKey: string
  readonly scope: string
  hmac: MaybePromise<Hmac>
}

/** One Lambda signs with one role on one day; a test suite with a handful. Beyond this the oldest go. */
const KEPT_SIGNING_KEYS = 64

/** Newest first. A list, because comparing with its first entry costs less than making a map's key. */
const keptKeys: KeptKey[] = []

/**
 * Step 3 made ready to use, and kept: deriving a key costs four HMACs, using it one.
 *
 * @returns Synchronously when the digests are Node's, or when the key is already there.
 */
export function signingHmac(
  { secretAccessKey }: Credentials,
  scope: string,
  digest: Digest = platformDigest(),
): MaybePromise<Hmac> {
  const found = keptKeys.find(
    (kept) =>
      kept.scope === scope && kept.secretAccessKey === secretAccessKey && kept.digest === digest,
  )
  if (found) return found.hmac
  const hmac = andThen(signingKey(secretAccessKey, scope, digest), (key) => digest.hmac(key))
  const kept: KeptKey = { digest, secretAccessKey, scope, hmac }
  if (hmac instanceof Promise) {
    hmac.then(
      (ready) => {
        kept.hmac = ready
      },
      () => forget(kept),
    )
  }
  keptKeys.unshift(kept)
  if (keptKeys.length > KEPT_SIGNING_KEYS) keptKeys.pop()
  return hmac
}

/** A failure is not kept: the next call tries again. */
function forget(kept: KeptKey): void {
  const index = keptKeys.indexOf(kept)
  if (index >= 0) keptKeys.splice(index, 1)
}

/** Step 4, for the steps taken one by one. @param key - From `signingKey`. */
export async function signature(
  key: Uint8Array<ArrayBuffer>,
  text: string,
  digest: Digest = platformDigest(),
): Promise<string> {
  return (await digest.hmac(key)).hex(text)
}
