/**
 * What the bucket of a test's system holds, for comparison with what was sent.
 *
 * @module
 */

import type { StrictS3 } from 'strict-s3'
import { signRequest } from 'waybill-s3'
import { sha256Of } from './seeded-file.ts'
import { BUCKET } from './system.ts'

interface System {
  readonly s3: Pick<StrictS3, 'region' | 'endpoint'>
}

export const CREDENTIALS = { accessKeyId: 'waybill-local', secretAccessKey: 'waybill-local-secret' }

async function askBucket(
  { s3 }: System,
  key?: string,
  query: Readonly<Record<string, string>> = {},
  method: 'GET' | 'DELETE' = 'GET',
  now: () => Date = () => new Date(),
): Promise<Response> {
  const { url, headers } = await signRequest({
    method,
    bucket: BUCKET,
    region: s3.region,
    endpoint: s3.endpoint,
    credentials: CREDENTIALS,
    query,
    now,
    ...(key === undefined ? {} : { key }),
  })
  return fetch(url, { method, headers })
}

/**
 * @param now - S3's clock, where it is not ours.
 * @returns Hexadecimal SHA-256 of the object.
 */
export async function sha256Stored(system: System, key: string, now?: () => Date): Promise<string> {
  const response = await askBucket(system, key, {}, 'GET', now)
  if (!response.ok || !response.body) throw new Error(`GET ${key} answered ${response.status}`)
  return sha256Of(response.body)
}

/** @returns Hexadecimal SHA-256 of the file. */
export function sha256Given(file: Blob): Promise<string> {
  return sha256Of(file.stream())
}

/**
 * @param now - S3's clock, where it is not ours.
 * @returns Ids of the multipart uploads that S3 knows.
 */
export async function openUploads(system: System, now?: () => Date): Promise<string[]> {
  const response = await askBucket(system, undefined, { uploads: '' }, 'GET', now)
  if (!response.ok) throw new Error(`ListMultipartUploads answered ${response.status}`)
  const xml = await response.text()
  return [...xml.matchAll(/<UploadId>([^<]+)</g)].map(([, id]) => id ?? '')
}

/** @returns The object's headers, lower-case names. */
export async function headersStored(system: System, key: string): Promise<Record<string, string>> {
  const response = await askBucket(system, key)
  await response.arrayBuffer()
  return Object.fromEntries(response.headers)
}

/** Aborts every multipart upload of the bucket, as its lifecycle would. */
export async function abortAll(system: System): Promise<void> {
  const xml = await (await askBucket(system, undefined, { uploads: '' })).text()
  const keys = [...xml.matchAll(/<Key>([^<]+)</g)].map(([, key]) => key ?? '')
  const ids = await openUploads(system)
  for (const [index, uploadId] of ids.entries()) {
    await askBucket(system, keys[index], { uploadId }, 'DELETE')
  }
}

/**
 * @param now - S3's clock, where it is not ours.
 * @returns Keys of all objects.
 */
export async function storedKeys(system: System, now?: () => Date): Promise<string[]> {
  const xml = await (await askBucket(system, undefined, { 'list-type': '2' }, 'GET', now)).text()
  return [...xml.matchAll(/<Key>([^<]+)</g)].map(([, key]) => key ?? '')
}
