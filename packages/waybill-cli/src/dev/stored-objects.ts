/**
 * Lists the development bucket's objects for the page to show and play. A deployed signer has no
 * such list, because the application decides who may read objects.
 *
 * @module
 */

import {
  createS3Context,
  inBatches,
  type ListedObject,
  listObjects,
} from 'waybill/internal/storage'
import { type BucketLocation, type Credentials, presignUrl } from 'waybill-s3'
import type { DevArrivals, ObjectVerdict } from './dev-arrivals.ts'

export interface BucketAccess extends BucketLocation {
  readonly credentials: Credentials
  readonly fetch?: typeof globalThis.fetch
}

export interface ShownBucket extends BucketAccess {
  /** The endpoint for links, at which a browser reaches the bucket. */
  readonly linkEndpoint: string
}

export interface StoredObject {
  readonly key: string
  readonly name: string
  /** In bytes. */
  readonly size: number
  /** ISO 8601. */
  readonly lastModified: string
  /** The arrival handler's verdict; missing if the check failed. */
  readonly verdict?: ObjectVerdict
  /** Presigned GET that shows the object in the page. */
  readonly url: string
  /** Presigned GET that downloads the object as an attachment. */
  readonly downloadUrl: string
}

export interface StoredObjects {
  /** Newest first. */
  readonly objects: readonly StoredObject[]
  /** Total number of objects, including those not in `objects`. */
  readonly count: number
  /** Total size of all objects in bytes. */
  readonly size: number
}

/** Long enough for a page that stays open all day. */
const EXPIRES_IN_SECONDS = 12 * 3600

/**
 * @param newest - Maximum number of objects to return, newest first.
 * @throws {S3Error} The store's error.
 */
export async function storedObjects(
  bucket: ShownBucket,
  newest: number,
  arrivals: Pick<DevArrivals, 'verdictOf'>,
): Promise<StoredObjects> {
  const all = await listObjects(createS3Context(bucket))
  const sorted = all.sort((a, b) => b.lastModified.localeCompare(a.lastModified))
  return {
    objects: await inBatches(sorted.slice(0, newest), async ({ etag, ...listed }) => {
      const verdict = await arrivals.verdictOf(listed.key, etag)
      return { ...(await describe(bucket, listed)), ...(verdict ? { verdict } : {}) }
    }),
    count: all.length,
    size: all.reduce((sum, { size }) => sum + size, 0),
  }
}

type Described = Omit<ListedObject, 'etag'>

async function describe(bucket: ShownBucket, listed: Described): Promise<StoredObject> {
  const name = listed.key.slice(listed.key.lastIndexOf('/') + 1) || listed.key
  const { linkEndpoint: endpoint, ...access } = bucket
  const get = { ...access, endpoint, method: 'GET', key: listed.key } as const
  const [shown, downloaded] = await Promise.all([
    presignUrl({ ...get, expiresInSeconds: EXPIRES_IN_SECONDS }),
    presignUrl({
      ...get,
      expiresInSeconds: EXPIRES_IN_SECONDS,
      query: { 'response-content-disposition': attachment(name) },
    }),
  ])
  return { ...listed, name, url: shown.url, downloadUrl: downloaded.url }
}

/** @see https://www.rfc-editor.org/rfc/rfc6266#section-4.3 */
function attachment(name: string): string {
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (char) => `%${hex(char)}`)
  return `attachment; filename*=UTF-8''${encoded}`
}

function hex(char: string): string {
  return char.charCodeAt(0).toString(16).toUpperCase()
}
