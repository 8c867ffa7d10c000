/**
 * Signs CloudFront URLs, each for one object and for a limited time.
 *
 * The signature covers a canned policy, which consists of the URL with its query and the
 * expiration. Nobody can therefore change `versionId` or `response-content-disposition`.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html
 * @module
 */

import { canonicalQuery, uriEncodePath } from 'waybill-s3'
import { readPrivateKey, type SignText } from './private-key.ts'

/** Options of `cloudFrontUrls`. */
export interface CloudFrontUrlsOptions {
  /** URL of the distribution without a path: `https://files.example.com/`. */
  readonly url: string
  /** Id of the public key in one of the distribution's key groups, such as `K2JCJMDEHXQW5F`. */
  readonly keyPairId: string
  /**
   * The private key as PEM: RSA with 2048 bits, or ECDSA on P-256, whose URLs are shorter. A
   * function is called for each URL; the key is parsed again only when the text has changed.
   */
  readonly privateKey: string | (() => string | Promise<string>)
}

/** The object to sign a URL for. */
export interface ObjectToSign {
  readonly key: string
  /**
   * Query parameters for S3, not encoded: `versionId`, `response-content-disposition`. The
   * distribution must pass them on.
   */
  readonly query?: Readonly<Record<string, string>>
  /** CloudFront refuses requests that begin later. Fractions of a second are cut off. */
  readonly expiration: Date
}

/** Returns the signed URL of an object. */
export type SignObjectUrl = (object: ObjectToSign) => Promise<string>

/**
 * Creates the function that signs URLs of a CloudFront distribution.
 *
 * @throws {TypeError} When an option is invalid. An invalid key is reported when a URL is signed.
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

/** Must not contain spaces: CloudFront builds the same text from the requested URL. */
function cannedPolicy(url: string, expires: number): string {
  const condition = { DateLessThan: { 'AWS:EpochTime': expires } }
  return JSON.stringify({ Statement: [{ Resource: url, Condition: condition }] })
}

/** CloudFront's own alphabet, which is not base64url. */
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

/** Caches the last key: parsing one takes longer than signing. */
function keptKey(): (pem: string) => Promise<SignText> {
  let kept: { readonly pem: string; readonly read: Promise<SignText> } | undefined
  return (pem) => {
    if (kept?.pem !== pem) kept = { pem, read: readPrivateKey(pem) }
    return kept.read
  }
}
