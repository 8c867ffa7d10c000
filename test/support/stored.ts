/**
 * What the bucket of a test's system holds, for comparison with what was sent.
 *
 * @module
 */

import type { StrictS3 } from 'strict-s3'
import { signRequest } from 'waybill-s3'
import { sha256Of } from './seeded-file.ts'
import { BUCKET, type System } from './system.ts'

/** A system, or what stands for it. */
interface Stored {
  readonly s3: Pick<StrictS3, 'region' | 'endpoint'>
  readonly now?: () => Date
}

export const CREDENTIALS = { accessKeyId: 'waybill-local', secretAccessKey: 'waybill-local-secret' }

async function askBucket(
  { s3, now }: Stored,
  key?: string,
  query: Readonly<Record<string, string>> = {},
  method: 'GET' | 'DELETE' = 'GET',
): Promise<Response> {
  const { url, headers } = await signRequest({
    method,
    bucket: BUCKET,
    region: s3.region,
    endpoint: s3.endpoint,
    credentials: CREDENTIALS,
    query,
    ...(now ? { now } : {}),
    ...(key === undefined ? {} : { key }),
  })
  return fetch(url, { method, headers })
}

/** @returns Hexadecimal SHA-256 of the object. */
export async function sha256Stored(system: Stored, key: string): Promise<string> {
  const response = await askBucket(system, key)
  if (!response.ok || !response.body) throw new Error(`GET ${key} answered ${response.status}`)
  return sha256Of(response.body)
}

/** @returns Hexadecimal SHA-256 of the file. */
export function sha256Given(file: Blob): Promise<string> {
  return sha256Of(file.stream())
}

/** @returns The numbers of the parts that were sent, in the order in which they came. */
export function partsSent({ storageProxy }: System): number[] {
  return storageProxy.exchanges.flatMap(({ request }) =>
    request.operation === 'UploadPart' ? [request.partNumber ?? 0] : [],
  )
}

async function listed(system: Stored, query: string, name: string): Promise<string[]> {
  const response = await askBucket(system, undefined, { [query]: query === 'uploads' ? '' : '2' })
  if (!response.ok) throw new Error(`the list of ${query} answered ${response.status}`)
  const xml = await response.text()
  return [...xml.matchAll(new RegExp(`<${name}>([^<]+)<`, 'g'))].map(([, value]) => value ?? '')
}

/** @returns Keys of the multipart uploads that nobody has completed or aborted. */
export function openUploads(system: Stored): Promise<string[]> {
  return listed(system, 'uploads', 'Key')
}

/** @returns Keys of all objects. */
export function storedKeys(system: Stored): Promise<string[]> {
  return listed(system, 'list-type', 'Key')
}

/** Deletes an object. */
export async function deleteStored(system: Stored, key: string): Promise<void> {
  await askBucket(system, key, {}, 'DELETE')
}

/** @returns The object's headers, lower-case names. */
export async function headersStored(system: Stored, key: string): Promise<Record<string, string>> {
  const response = await askBucket(system, key)
  await response.arrayBuffer()
  return Object.fromEntries(response.headers)
}

/** Aborts every multipart upload of the bucket, as its lifecycle would. */
export async function abortAll(system: Stored): Promise<void> {
  const keys = await openUploads(system)
  for (const [index, uploadId] of (await listed(system, 'uploads', 'UploadId')).entries()) {
    await askBucket(system, keys[index], { uploadId }, 'DELETE')
  }
}
