/**
 * Makes signed requests to a store.
 *
 * @module
 */

import { presignPost, presignUrl } from 'waybill/s3'
import type { BenchRequest } from './requests.ts'
import { BUCKET, type StoreAddress } from './store.ts'

const BOUNDARY = 'waybill-bench-form'

function access({ endpoint, region, credentials }: StoreAddress) {
  return { endpoint, region, credentials, bucket: BUCKET, addressing: 'path' as const }
}

/** Makes a presigned request. Without `key` it is a request to the bucket. */
export async function presigned(
  store: StoreAddress,
  method: 'PUT' | 'GET' | 'DELETE',
  key?: string,
  body: readonly Uint8Array[] = [],
): Promise<BenchRequest> {
  const { url } = await presignUrl({
    ...access(store),
    method,
    ...(key === undefined ? {} : { key }),
  })
  return { method, url, body }
}

/** Makes a request with a presigned form. */
export async function form(
  store: StoreAddress,
  key: string,
  file: readonly Uint8Array[],
): Promise<BenchRequest> {
  const { url, fields } = await presignPost({ ...access(store), key })
  const disposition = (name: string) =>
    `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"`
  const head = Object.entries(fields).map(
    ([name, value]) => `${disposition(name)}\r\n\r\n${value}\r\n`,
  )
  const start = `${head.join('')}${disposition('file')}; filename="f"\r\n\r\n`
  return {
    method: 'POST',
    url,
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    body: [Buffer.from(start), ...file, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)],
  }
}
