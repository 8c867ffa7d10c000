/**
 * A bucket's second host name. Browsers open six connections per host name, and S3 serves each
 * bucket under two names, so using both allows twelve connections.
 *
 * On AWS the first name contains the bucket (virtual-hosted style), and the second is the regional
 * host, with the bucket in the path. A local server is both `localhost` and `127.0.0.1`. Other
 * endpoints have no second name: Transfer Acceleration does not support path style, and the names
 * of other stores are unknown.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 * @module
 */

import { type BucketLocation, type BucketUrl, bucketUrl } from './bucket-url.ts'
import { serviceHost } from './partition.ts'

/** Each of these two hosts is the other's second name. */
const LOCAL = /\/\/(?:localhost|127\.0\.0\.1)(?=:|$)/

/**
 * Returns a bucket's address under its second host name.
 *
 * @param first - From `bucketUrl` for the same bucket.
 * @returns `undefined` if there is no second name.
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
 * Lists the addresses to which a page uploads a bucket's files. Use them in the `connect-src`
 * directive of the page's Content Security Policy. To let an uploader use both host names, pass
 * them as its `storageOrigins` option too.
 *
 * @returns The bucket's origin and, if it has a second host name, that origin with the bucket's
 *   path, for example `https://s3.eu-west-1.amazonaws.com/my-uploads/`. The path excludes other
 *   buckets.
 * @throws {TypeError} If the bucket, region or endpoint is invalid.
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
