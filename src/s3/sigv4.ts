/**
 * Signature Version 4, step by step, each step callable: canonical request → string to sign → signing key →
 * signature. Every other signer of this room is these four in a different order; `local-s3` runs the same four over
 * what it received. Nothing here does I/O or reads a clock.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sig-v4-header-based-auth.html
 * @module
 */

import type { Credentials } from './credentials.ts'
import { type Digest, type Hmac, type MaybePromise, platformDigest } from './digest.ts'

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
  for (const name of names) {
    headers += `${name}:${(parts.headers[name] ?? '').trim().replace(/ {2,}/g, ' ')}\n`
  }
  return `${parts.method}\n${parts.path}\n${parts.query}\n${headers}\n${names.join(';')}\n${parts.payloadHash}`
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
 * @returns 32 bytes.
 */
export async function signingKey(
  secretAccessKey: string,
  scope: string,
  digest: Digest = platformDigest(),
): Promise<Uint8Array<ArrayBuffer>> {
  let key: Uint8Array<ArrayBuffer> = new TextEncoder().encode(`AWS4${secretAccessKey}`)
  for (const step of scope.split('/')) key = await (await digest.hmac(key)).bytes(step)
  return key
}

/** One Lambda signs with one role on one day; a test suite with a handful. Beyond this the oldest go. */
const KEPT_SIGNING_KEYS = 64

const keptKeys = new WeakMap<Digest, Map<string, MaybePromise<Hmac>>>()

/**
 * Step 3 made ready to use, and kept: deriving a key costs four HMACs, using it one.
 *
 * @returns Synchronously when the key is already there and the digests are Node's.
 */
export function signingHmac(
  credentials: Credentials,
  scope: string,
  digest: Digest = platformDigest(),
): MaybePromise<Hmac> {
  const kept = keptKeys.get(digest) ?? new Map<string, MaybePromise<Hmac>>()
  keptKeys.set(digest, kept)
  const name = `${credentials.secretAccessKey}\n${scope}`
  const found = kept.get(name)
  if (found) return found
  const made = signingKey(credentials.secretAccessKey, scope, digest).then((key) =>
    digest.hmac(key),
  )
  kept.set(name, made)
  made.then(
    (hmac) => kept.set(name, hmac),
    () => kept.delete(name),
  )
  if (kept.size > KEPT_SIGNING_KEYS) kept.delete(kept.keys().next().value ?? name)
  return made
}

/** Step 4, for the steps taken one by one. @param key - From `signingKey`. */
export async function signature(
  key: Uint8Array<ArrayBuffer>,
  text: string,
  digest: Digest = platformDigest(),
): Promise<string> {
  return (await digest.hmac(key)).hex(text)
}
