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

import { serviceHost } from './partition.ts'
import { withoutTrailingSlashes } from './trailing-slashes.ts'

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
