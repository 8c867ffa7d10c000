/**
 * Signed URLs of CloudFront, for one object each, until a given time.
 *
 * The signature is over a canned policy, which is the URL with its query and its expiration. So
 * `versionId` and `response-content-disposition` cannot be changed on the way.
 *
 * @see
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html
 * @module
 */

import { canonicalQuery, uriEncodePath } from 'waybill-s3'
import { readPrivateKey, type SignText } from './private-key.ts'

/** Options of `cloudFrontUrls`. */
export interface CloudFrontUrlsOptions {
  /** The address of the distribution: `https://files.example.com/`, without a path. */
  readonly url: string
  /** Id of the public key in a key group of the distribution, such as `K2JCJMDEHXQW5F`. */
  readonly keyPairId: string
  /**
   * The private key as PEM: RSA of 2048 bits, or ECDSA on P-256, whose URLs are shorter. A function
   * is asked at each URL; the key is only read again when its text has changed.
   */
  readonly privateKey: string | (() => string | Promise<string>)
}

/** An object to make a URL of. */
export interface ObjectToSign {
  readonly key: string
  /**
   * Query parameters for S3, not encoded: `versionId`, `response-content-disposition`. The
   * distribution must pass them on.
   */
  readonly query?: Readonly<Record<string, string>>
  /** CloudFront refuses requests that begin later. Whole seconds; a fraction is cut off. */
  readonly expiration: Date
}

/** Returns the signed URL of an object. */
export type SignObjectUrl = (object: ObjectToSign) => Promise<string>

/**
 * Makes the function that signs URLs of a CloudFront distribution.
 *
 * @throws {TypeError} When an option is invalid. An invalid key is refused when a URL is signed.
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

/** No spaces: CloudFront builds the same text from the URL that is requested. */
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
  throw new TypeError(`url is '${url}', expected an address such as 'https://files.example.com/'`)
}

/** Keeps the last key: reading one takes longer than signing. */
function keptKey(): (pem: string) => Promise<SignText> {
  let kept: { readonly pem: string; readonly read: Promise<SignText> } | undefined
  return (pem) => {
    if (kept?.pem !== pem) kept = { pem, read: readPrivateKey(pem) }
    return kept.read
  }
}
