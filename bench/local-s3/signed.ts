/**
 * Makes signed requests to a store.
 *
 * @module
 */

import { createPresigner, type Presigner } from 'waybill/s3'
import type { BenchRequest } from './requests.ts'
import { BUCKET, type StoreAddress } from './store.ts'

const BOUNDARY = 'waybill-bench-form'

const presigners = new WeakMap<StoreAddress, Presigner>()

/** One presigner for each store, as a signer has: signing must not weigh in what is measured. */
function presignerOf(store: StoreAddress): Presigner {
  const { endpoint, region } = store
  const presigner =
    presigners.get(store) ??
    createPresigner({ endpoint, region, bucket: BUCKET, addressing: 'path' })
  presigners.set(store, presigner)
  return presigner
}

/** Makes a presigned request. Without `key` it is a request to the bucket. */
export async function presigned(
  store: StoreAddress,
  method: 'PUT' | 'GET' | 'DELETE',
  key?: string,
  body: readonly Uint8Array[] = [],
): Promise<BenchRequest> {
  const { url } = await presignerOf(store).presignUrl({
    credentials: store.credentials,
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
  const { url, fields } = await presignerOf(store).presignPost({
    credentials: store.credentials,
    key,
  })
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
