/**
 * What is in the development bucket, for the page to list and play. A deployed signer has nothing like it: whoever
 * may read objects is the application's business.
 *
 * @module
 */

import { type ListedObject, listObjects } from '../../aws/list-objects.ts'
import { createS3Context } from '../../aws/s3-call-context.ts'
import { type BucketLocation, type Credentials, presignUrl } from '../../s3/index.ts'
import { inBatches } from '../../signer/complete/in-batches.ts'
import type { DevArrivals, ObjectVerdict } from './dev-arrivals.ts'

export interface BucketAccess extends BucketLocation {
  readonly credentials: Credentials
}

export interface StoredObject {
  readonly key: string
  /** The key's last segment. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** ISO 8601. */
  readonly lastModified: string
  /** Arrival's; absent when it could not be judged. */
  readonly verdict?: ObjectVerdict
  /** Presigned GET, to show it where it is. */
  readonly url: string
  /** Presigned GET that answers as an attachment. */
  readonly downloadUrl: string
}

export interface StoredObjects {
  /** The newest first. */
  readonly objects: readonly StoredObject[]
  /** All that are in the bucket, also those that `objects` leaves out. */
  readonly count: number
  /** Bytes of all. */
  readonly size: number
}

/** A page that stays open over lunch still plays. */
const EXPIRES_IN_SECONDS = 12 * 3600

/**
 * @param newest - How many objects to describe.
 * @param arrivals - Says what each of them is.
 * @throws {S3Error} What the store answered.
 */
export async function storedObjects(
  bucket: BucketAccess,
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

async function describe(bucket: BucketAccess, listed: Described): Promise<StoredObject> {
  const name = listed.key.slice(listed.key.lastIndexOf('/') + 1) || listed.key
  const get = { ...bucket, method: 'GET', key: listed.key } as const
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
