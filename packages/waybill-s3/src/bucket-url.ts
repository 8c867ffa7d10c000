/**
 * Builds a bucket's address: the scheme, host and base path that every signature covers.
 *
 * On AWS this is always the regional host. The global host redirects requests for new buckets
 * (307), which breaks CORS and changes the signed host. The bucket is part of the host name
 * (virtual-hosted style), unless its name contains a dot, because AWS's certificates don't cover
 * such names. Other endpoints use path style by default, because `bucket.localhost` does not
 * resolve everywhere.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 * @module
 */

/** A bucket and how to reach it. */
export interface BucketLocation {
  readonly bucket: string
  readonly region: string
  /**
   * The URL of an S3-compatible store, for example `http://localhost:9000`.
   *
   * @default AWS's endpoint for the region
   */
  readonly endpoint?: string
  /**
   * Whether the bucket's name is part of the host name (`virtual`) or of the path (`path`).
   *
   * @default 'virtual' on AWS if the name has no dot, otherwise 'path'
   */
  readonly addressing?: 'virtual' | 'path'
}

/** A bucket's address, split into the pieces that a signature needs. */
export interface BucketUrl {
  /** `https://host[:port]` */
  readonly origin: string
  /** The `Host` header, which includes the port unless it is the scheme's default. */
  readonly host: string
  /** The endpoint's path and, in path style, `/bucket`. Objects are at `${basePath}/${key}`. */
  readonly basePath: string
}

/** @throws {TypeError} If the bucket name, the region or the endpoint is invalid. */
export function bucketUrl(location: BucketLocation): BucketUrl {
  const { bucket, region, addressing } = location
  if (!isBucketName(bucket)) {
    throw new TypeError(
      `bucket is '${bucket}', expected 3 to 63 lower-case letters, digits, '-' or '.'`,
    )
  }
  const awsOwn = location.endpoint === undefined
  // On AWS the region becomes part of the host name. Other stores allow names such as `RegionOne`.
  const name = awsOwn ? /^[a-z0-9-]{1,64}$/ : /^[\w-]{1,64}$/
  // JavaScript callers may pass `undefined`, which `test` would read as the string 'undefined'.
  if (typeof region !== 'string' || !name.test(region)) {
    throw new TypeError(`region is '${region}', expected a name such as 'eu-west-1'`)
  }
  const endpoint = endpointUrl(location)
  const path = withoutTrailingSlashes(endpoint.pathname)
  const inHost = awsOwn && !bucket.includes('.') ? addressing !== 'path' : addressing === 'virtual'
  if (!inHost) {
    return { origin: endpoint.origin, host: endpoint.host, basePath: `${path}/${bucket}` }
  }
  if (/\[|^[\d.]+$/.test(endpoint.hostname)) {
    throw new TypeError(
      `addressing is 'virtual', but endpoint '${endpoint.origin}' is an IP address: use 'path'`,
    )
  }
  const host = `${bucket}.${endpoint.host}`
  return { origin: `${endpoint.protocol}//${host}`, host, basePath: path }
}

function endpointUrl({ region, endpoint }: BucketLocation): URL {
  if (endpoint === undefined) {
    return new URL(`https://${serviceHost('s3', region)}`)
  }
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (url?.username || url?.password) {
    throw new TypeError('endpoint has a user name or password, expected none')
  }
  if (!url || !/^https?:/.test(url.protocol) || url.search || url.hash) {
    throw new TypeError(
      `endpoint is '${endpoint}', expected an origin such as 'http://localhost:9000'`,
    )
  }
  return url
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export function isBucketName(name: string): boolean {
  return (
    typeof name === 'string' &&
    /^[a-z0-9](?:[a-z0-9.-]{1,61})[a-z0-9]$/.test(name) &&
    !name.includes('..') &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name)
  )
}

/** Each of these two hosts is the other's second name. */
const LOCAL = /\/\/(?:localhost|127\.0\.0\.1)(?=:|$)/

/**
 * Returns a bucket's address under its second host name. Browsers open six connections per host
 * name, so using both names allows twelve.
 *
 * On AWS the first name contains the bucket (virtual-hosted style), and the second is the regional
 * host, with the bucket in the path. A local server is both `localhost` and `127.0.0.1`. Other
 * endpoints have no second name: Transfer Acceleration does not support path style, and the names
 * of other stores are unknown.
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

/**
 * A group of AWS's regions with its own host names.
 *
 * @see
 *   https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
 */
export interface Partition {
  /** As in `arn:aws:…` */
  readonly name: string
  /** Domain of regional hosts such as `s3.<region>.<domain>`. */
  readonly domain: string
}

const AWS: Partition = { name: 'aws', domain: 'amazonaws.com' }

/** The other partitions, by the prefix of their region names. */
const PARTITIONS: readonly (readonly [start: string, partition: Partition])[] = [
  ['cn-', { name: 'aws-cn', domain: 'amazonaws.com.cn' }],
  ['us-gov-', { name: 'aws-us-gov', domain: 'amazonaws.com' }],
  ['eusc-', { name: 'aws-eusc', domain: 'amazonaws.eu' }],
  ['us-iso-', { name: 'aws-iso', domain: 'c2s.ic.gov' }],
  ['us-isob-', { name: 'aws-iso-b', domain: 'sc2s.sgov.gov' }],
  ['us-isof-', { name: 'aws-iso-f', domain: 'csp.hci.ic.gov' }],
  ['eu-isoe-', { name: 'aws-iso-e', domain: 'cloud.adc-e.uk' }],
]

/** Returns the `aws` partition for an unknown region. */
export function partitionOf(region: string): Partition {
  return PARTITIONS.find(([start]) => region.startsWith(start))?.[1] ?? AWS
}

/** Returns a service's regional host, for example `events.eu-west-1.amazonaws.com`. */
export function serviceHost(service: string, region: string): string {
  return `${service}.${region}.${partitionOf(region).domain}`
}

/** Does not use the regular expression `/\/+$/`, which takes quadratic time on many slashes. */
export function withoutTrailingSlashes(path: string): string {
  let end = path.length
  while (path[end - 1] === '/') end -= 1
  return path.slice(0, end)
}
