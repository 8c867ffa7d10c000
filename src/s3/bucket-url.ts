/**
 * Where a bucket is reached: the scheme, host and base path that every signature is bound to.
 *
 * AWS is addressed by its regional host, never by the global one: that redirects young buckets with a 307, and a
 * redirect breaks CORS and changes the signed host. The bucket is a label of the host name (virtual-hosted style)
 * unless its name has a dot, which no AWS certificate covers; other endpoints are addressed path-style by default,
 * because `bucket.localhost` resolves in few places.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 * @module
 */

import { serviceHost } from './partition.ts'

export interface BucketLocation {
  readonly bucket: string
  readonly region: string
  /** Origin of an S3-compatible store, for example `http://localhost:9000`. @default AWS's regional endpoint */
  readonly endpoint?: string
  /** @default `virtual` on AWS for names without dots, else `path` */
  readonly addressing?: 'virtual' | 'path'
}

export interface BucketUrl {
  /** `https://host[:port]` */
  readonly origin: string
  /** Host as in the `Host` header: with the port where it is not the scheme's own. */
  readonly host: string
  /** `''` or `/bucket` (and the endpoint's own path before it); an object is at `${basePath}/${key}`. */
  readonly basePath: string
}

interface KeptUrl {
  readonly bucket: string
  readonly region: string
  readonly endpoint: string | undefined
  readonly addressing: BucketLocation['addressing'] | undefined
  readonly url: BucketUrl
}

/** A signer has one bucket: parsing its endpoint again for each signature would be a tenth of the work. */
let latest: KeptUrl | undefined

/**
 * @throws {TypeError} When the bucket name, the region or the endpoint cannot be one.
 */
export function bucketUrl(location: BucketLocation): BucketUrl {
  const { bucket, region, endpoint, addressing } = location
  if (
    latest === undefined ||
    latest.bucket !== bucket ||
    latest.region !== region ||
    latest.endpoint !== endpoint ||
    latest.addressing !== addressing
  ) {
    latest = { bucket, region, endpoint, addressing, url: findBucket(location) }
  }
  return latest.url
}

function findBucket(location: BucketLocation): BucketUrl {
  const { bucket, region } = location
  if (!isBucketName(bucket)) {
    throw new TypeError(
      `bucket is '${bucket}', expected 3 to 63 lower-case letters, digits, '-' or '.'`,
    )
  }
  const awsOwn = location.endpoint === undefined
  // AWS's regions become part of its host names; other stores call theirs what they like, `RegionOne` for one.
  const name = awsOwn ? /^[a-z0-9-]{1,64}$/ : /^[\w-]{1,64}$/
  // A pattern takes `undefined`, which JavaScript callers give, for a word.
  if (typeof region !== 'string' || !name.test(region)) {
    throw new TypeError(`region is '${region}', expected a name such as 'eu-west-1'`)
  }
  const endpoint = endpointUrl(location)
  const addressing = location.addressing ?? (awsOwn && !bucket.includes('.') ? 'virtual' : 'path')
  const path = endpoint.pathname.replace(/\/+$/, '')
  if (addressing === 'path') {
    return { origin: endpoint.origin, host: endpoint.host, basePath: `${path}/${bucket}` }
  }
  if (/^\[|^[\d.]+$/.test(endpoint.hostname)) {
    throw new TypeError(
      `addressing is 'virtual', but '${endpoint.origin}' has no room for a bucket's name`,
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
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash) {
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
