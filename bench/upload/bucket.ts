/**
 * The bucket of the benchmark.
 *
 * @module
 */

import { type CorsRule, type LocalS3, startLocalS3 } from 'waybill/local-s3'
import { type BucketLocation, type Credentials, signRequest } from 'waybill/s3'
import { LOOPBACK } from './place.ts'

const NAME = 'uploads'

/** Exactly what all contestants need. */
const CORS_RULE: CorsRule = {
  allowedOrigins: ['*'],
  allowedMethods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'],
  allowedHeaders: ['*'],
  exposeHeaders: ['ETag', 'x-amz-checksum-crc64nvme'],
  maxAgeSeconds: 3600,
}

/** The bucket and its credentials, for the signing endpoints. */
export interface BucketAccess extends BucketLocation {
  readonly region: string
  readonly endpoint: string
  readonly credentials: Credentials
}

/** A running bucket. */
export interface BenchBucket {
  readonly access: BucketAccess
  /** Deletes all objects; returns their sizes in bytes. */
  empty(): Promise<number[]>
  close(): Promise<void>
}

/** Starts the local S3. `directory` is for its objects. */
export async function startBucket(host: string, directory: string): Promise<BenchBucket> {
  const s3 = await startLocalS3({
    // Beyond a line, the signer's own calls come by the name that it signs for: `localhost`.
    host: host === LOOPBACK.host ? host : '0.0.0.0',
    dir: directory,
    pagesFrom: () => true,
    buckets: [{ name: NAME, cors: [CORS_RULE] }],
  })
  const created: { readonly key: string; readonly size: number }[] = []
  s3.onObjectCreated(({ detail }) => created.push(detail.object))
  const access = accessTo(s3, `http://${host}:${s3.port}`)
  return {
    access,
    empty: async () => {
      const objects = created.splice(0)
      for (const { key } of objects) await deleteObject(access, key)
      return objects.map(({ size }) => size)
    },
    close: () => s3.close(),
  }
}

function accessTo({ region, credentials }: LocalS3, endpoint: string): BucketAccess {
  return { bucket: NAME, region, endpoint, credentials, addressing: 'path' }
}

async function deleteObject(access: BucketAccess, key: string): Promise<void> {
  const { url, headers } = await signRequest({ ...access, method: 'DELETE', key })
  const { ok, status } = await fetch(url, { method: 'DELETE', headers })
  if (!ok) throw new Error(`the response to deleting an object was ${status}`)
}
