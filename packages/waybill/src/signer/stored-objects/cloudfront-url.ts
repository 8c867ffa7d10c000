/**
 * Signs CloudFront URLs. The signature covers a canned policy that consists of the URL, including
 * its query, and the expiration. Clients therefore cannot change `versionId` or
 * `response-content-disposition`.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html
 * @module
 */

import { canonicalQuery, uriEncodePath } from 'waybill-s3'
import { readPrivateKey, type SignText } from './private-key.ts'

/** Options for `cloudFrontUrls`. */
export interface CloudFrontUrlsOptions {
  /** The distribution's URL without a path, such as `https://files.example.com/`. */
  readonly url: string
  /** Id of a public key in one of the distribution's key groups, such as `K2JCJMDEHXQW5F`. */
  readonly keyPairId: string
  /**
   * The private key in PEM format: 2048-bit RSA, or P-256 ECDSA, which makes the URLs shorter. If it
   * is a function, it is called for each URL. The key is parsed again only if the text has changed.
   */
  readonly privateKey: string | (() => string | Promise<string>)
}

/** The object to sign a URL for. */
export interface ObjectToSign {
  readonly key: string
  /**
   * Unencoded query parameters for S3: `versionId` and `response-content-disposition`. The
   * distribution must forward them to S3.
   */
  readonly query?: Readonly<Record<string, string>>
  /** CloudFront rejects requests that start after this time. Fractions of a second are dropped. */
  readonly expiration: Date
}

/** Returns a signed CloudFront URL for one object. */
export type SignObjectUrl = (object: ObjectToSign) => Promise<string>

/**
 * Creates a function that signs URLs for a CloudFront distribution. You can pass it to
 * `createSigner` as `signDownload`.
 *
 * @throws {TypeError} If an option is invalid. An invalid private key is reported when a URL is
 *   signed.
 * @example
 * ```ts
 * const signUrl = cloudFrontUrls({
 *   url: 'https://files.example.com/',
 *   keyPairId: 'K2JCJMDEHXQW5F',
 *   privateKey,
 * })
 * const expiration = new Date(Date.now() + 300_000)
 * const url = await signUrl({ key: 'photos/1.jpg', expiration })
 * ```
 */
export function cloudFrontUrls(options: CloudFrontUrlsOptions): SignObjectUrl {
  const { keyPairId, privateKey } = options
  const origin = originOf(options.url)
  if (!/^\w+$/.test(keyPairId)) {
    throw new TypeError(`keyPairId is '${keyPairId}', expected an id such as 'K2JCJMDEHXQW5F'`)
  }
  const keyOf = keptKey()
  return async ({ key, query = {}, expiration }) => {
    const signText = await keyOf(typeof privateKey === 'function' ? await privateKey() : privateKey)
    const parameters = canonicalQuery(Object.entries(query))
    const url = `${origin}/${uriEncodePath(key)}${parameters && `?${parameters}`}`
    const expires = Math.floor(expiration.getTime() / 1000)
    const signature = await signText(cannedPolicy(url, expires))
    const signed = [
      `Expires=${expires}`,
      `Signature=${urlSafe(signature)}`,
      `Key-Pair-Id=${keyPairId}`,
      'Hash-Algorithm=SHA256',
    ]
    return `${url}${parameters ? '&' : '?'}${signed.join('&')}`
  }
}

/**
 * The policy must not contain spaces, because CloudFront builds the same text from the requested
 * URL.
 */
function cannedPolicy(url: string, expires: number): string {
  const condition = { DateLessThan: { 'AWS:EpochTime': expires } }
  return JSON.stringify({ Statement: [{ Resource: url, Condition: condition }] })
}

/** CloudFront's URL-safe alphabet is not base64url. */
function urlSafe(bytes: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...bytes))
  return base64.replaceAll('+', '-').replaceAll('=', '_').replaceAll('/', '~')
}

function originOf(url: string): string {
  if (URL.canParse(url)) {
    const { origin, protocol } = new URL(url)
    const isOfWeb = protocol === 'https:' || protocol === 'http:'
    if (isOfWeb && (url === origin || url === `${origin}/`)) return origin
  }
  throw new TypeError(`url is '${url}', expected a URL such as 'https://files.example.com/'`)
}

/** Caches the last key, because parsing a key takes longer than signing. */
function keptKey(): (pem: string) => Promise<SignText> {
  let kept: { readonly pem: string; readonly read: Promise<SignText> } | undefined
  return (pem) => {
    if (kept?.pem !== pem) kept = { pem, read: readPrivateKey(pem) }
    return kept.read
  }
}
