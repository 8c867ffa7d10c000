/**
 * Values that all of a bucket's signatures share and that are computed only once: the address and
 * the day's signing key.
 *
 * @module
 */

import { type BucketLocation, type BucketUrl, bucketUrl, secondBucketUrl } from '../bucket-url.ts'
import { type Digest, platformDigest } from '../sigv4/digest.ts'
import { createSigningKeys, type SigningKeys } from '../sigv4/sign-headers.ts'

/** A bucket and how to sign for it. */
export interface SigningTarget extends BucketLocation {
  /**
   * Returns the current time.
   * @default () => new Date()
   */
  readonly now?: () => Date
  /**
   * The SHA-256 and HMAC implementation.
   * @default Node's crypto where available, otherwise Web Crypto
   */
  readonly digest?: Digest
}

export interface SigningContext {
  readonly bucket: string
  readonly region: string
  readonly url: BucketUrl
  /** The address under the bucket's second host name; see `secondBucketUrl`. */
  readonly secondUrl: BucketUrl | undefined
  readonly digest: Digest
  now(): Date
  readonly signingKeys: SigningKeys
}

export function createSigningContext(place: SigningTarget): SigningContext {
  const { bucket, region, digest = platformDigest(), now = () => new Date() } = place
  const url = bucketUrl(place)
  return {
    bucket,
    region,
    url,
    secondUrl: secondBucketUrl(place, url),
    digest,
    now,
    signingKeys: createSigningKeys(digest),
  }
}
