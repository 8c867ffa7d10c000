/**
 * Values that all of a bucket's signatures share and that are computed only once: the address, the
 * day's signing key, the start of the policy, and form times.
 *
 * @module
 */

import { type BucketLocation, type BucketUrl, bucketUrl } from '../bucket-url.ts'
import { secondBucketUrl } from '../second-host.ts'
import { type Digest, platformDigest } from '../sigv4/digest.ts'
import { createSigningKeys, type SigningKeys } from '../sigv4/signing-keys.ts'
import { type CommonFieldsOf, createCommonFields } from './common-fields.ts'
import { createFormTimes, type FormTimesAt } from './form-times.ts'

/** A bucket and how to sign for it. */
export interface SigningPlace extends BucketLocation {
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
  readonly region: string
  readonly url: BucketUrl
  /** The address under the bucket's second host name; see `second-host.ts`. */
  readonly secondUrl: BucketUrl | undefined
  readonly digest: Digest
  now(): Date
  readonly signingKeys: SigningKeys
  readonly commonFields: CommonFieldsOf
  readonly formTimes: FormTimesAt
}

export function createSigningContext(place: SigningPlace): SigningContext {
  const { bucket, region, digest = platformDigest(), now = () => new Date() } = place
  const url = bucketUrl(place)
  return {
    region,
    url,
    secondUrl: secondBucketUrl(place, url),
    digest,
    now,
    signingKeys: createSigningKeys(digest),
    commonFields: createCommonFields(bucket, digest),
    formTimes: createFormTimes(),
  }
}
