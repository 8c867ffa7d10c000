/**
 * A bucket's second host name. Browsers open six connections to a host name, and S3 answers for a
 * bucket under two, so parts that are sent to both have twelve.
 *
 * On AWS the first name contains the bucket (virtual-hosted style); the second is the regional
 * host, with the bucket in the path. A server on this machine is both `localhost` and `127.0.0.1`.
 * Other endpoints have no second name: Transfer Acceleration has no path style, and for other
 * stores no second name is known.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 * @module
 */

import { type BucketLocation, type BucketUrl, bucketUrl } from './bucket-url.ts'
import { serviceHost } from './partition.ts'

/** Each of these is the other one's second name. */
const LOCAL = /\/\/(?:localhost|127\.0\.0\.1)(?=:|$)/

/**
 * Finds the address of a bucket under its second host name.
 *
 * @param first - From `bucketUrl` for the same bucket.
 * @returns `undefined` when no second name leads to the same store.
 */
export function secondBucketUrl(
  { bucket, region }: Pick<BucketLocation, 'bucket' | 'region'>,
  { origin, basePath }: BucketUrl,
): BucketUrl | undefined {
  const second = basePath
    ? origin.replace(LOCAL, (name) => (name === '//localhost' ? '//127.0.0.1' : '//localhost'))
    : origin.replace(`//${bucket}.`, '//')
  const isOfAws = second === `https://${serviceHost('s3', region)}`
  if (second === origin || !(isOfAws || LOCAL.test(second))) return undefined
  const host = second.slice(second.indexOf('//') + 2)
  return { origin: second, host, basePath: basePath || `/${bucket}` }
}

/**
 * Lists the places of a bucket that a page may send files to: `storageOrigins` of an uploader,
 * which then uses both host names, and sources for `connect-src` of the page's Content Security
 * Policy.
 *
 * @returns The origin of the bucket and, if it has a second host name, that name with the bucket's
 *   path: `https://s3.eu-west-1.amazonaws.com/my-uploads/`. Other buckets of the same origin stay
 *   refused.
 * @throws {TypeError} When the bucket, region or endpoint is not valid.
 * @example
 * ```ts
 * const origins = storageOrigins({ bucket: 'my-uploads', region: 'eu-west-1' })
 * const policy = `default-src 'self'; connect-src 'self' ${origins.join(' ')}`
 * ```
 */
export function storageOrigins(location: BucketLocation): string[] {
  const first = bucketUrl(location)
  const second = secondBucketUrl(location, first)
  return [first.origin, ...(second ? [`${second.origin}${second.basePath}/`] : [])]
}
