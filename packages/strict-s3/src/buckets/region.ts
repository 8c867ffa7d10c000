/**
 * With several regions, each bucket belongs to one, and only requests that are signed for it reach
 * the bucket.
 *
 * @module
 */

import { queryOf, type S3Request } from '../message/request.ts'
import type { BucketRecord } from './records.ts'

/** The first is the default. */
export type Regions = readonly [string, ...string[]]

export function regionOfBucket({ region }: BucketRecord, regions: Regions): string {
  const name = region === undefined ? undefined : regionOfLocation(region)
  return name !== undefined && regions.includes(name) ? name : regions[0]
}

/** `EU` is the old name of eu-west-1. */
export function regionOfLocation(location: string): string {
  return location === 'EU' ? 'eu-west-1' : location
}

/** Returns the region in a request's signature, or the default if the server does not have it. */
export function regionOfSignature(request: S3Request, regions: Regions): string {
  const text = queryOf(request, 'X-Amz-Credential') ?? request.headers.authorization ?? ''
  const signed = /\/\d{8}\/([^/]+)\/[^/]+\/aws4_request/.exec(text)?.[1] ?? ''
  return regions.includes(signed) ? signed : regions[0]
}
