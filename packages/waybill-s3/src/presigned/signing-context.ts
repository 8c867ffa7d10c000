/**
 * What the signatures for one bucket share, computed once: the address of the bucket, the signing
 * key of the day, the start of the policy, and the times of forms.
 *
 * @module
 */

import { type BucketLocation, type BucketUrl, bucketUrl } from '../bucket-url.ts'
import { secondBucketUrl } from '../second-host.ts'
import { type Digest, platformDigest } from '../sigv4/digest.ts'
import { createSigningKeys, type SigningKeys } from '../sigv4/signing-keys.ts'
import { type CommonFieldsOf, createCommonFields } from './common-fields.ts'
import { createFormTimes, type FormTimesAt } from './form-times.ts'

/** A bucket, and the platform that signs for it. */
export interface SigningPlace extends BucketLocation {
  /** @default () => new Date() */
  readonly now?: () => Date
  /** @default the digests of the platform */
  readonly digest?: Digest
}

/** What is kept between the signatures for one bucket. */
export interface SigningContext {
  readonly region: string
  readonly url: BucketUrl
  /** Under the bucket's second host name, where it has one. */
  readonly secondUrl: BucketUrl | undefined
  readonly digest: Digest
  now(): Date
  readonly signingKeys: SigningKeys
  readonly commonFields: CommonFieldsOf
  readonly formTimes: FormTimesAt
}

/**
 * Creates the context of the signatures for one bucket.
 *
 * @throws {TypeError} When the bucket, region or endpoint is not valid.
 */
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
