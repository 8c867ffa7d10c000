/**
 * A signer over HTTP for a bucket in a foreign store, and uploaders that know only the signer.
 *
 * @module
 */

import { onTestFinished } from 'vitest'
import type { SignerRequest } from 'waybill'
import { createUploader, type Uploader } from 'waybill/client'
import { startServer, toNodeHandler } from 'waybill/node'
import { createSigner } from 'waybill/signer'
import type { ForeignBucket } from './foreign-bucket.ts'

const MIB = 1024 ** 2
export const PART_SIZE = 5 * MIB

export interface ForeignUploads {
  /** The signer's base URL. */
  readonly endpoint: string
  /** Keys of which the rule has heard. */
  readonly completed: readonly string[]
  /** @param owner - Whose uploads they are. */
  uploader(owner?: string): Uploader<typeof rules>
  /** One call to the signer, as a hostile caller makes it. */
  call(owner: string, path: string, body: object): Promise<Record<string, unknown>>
}

const completed: string[] = []

const rules = {
  any: {
    types: ['*/*'],
    maxSize: '1 GiB',
    authorize: ({ headers }: SignerRequest) => ({ owner: headers['x-owner'] ?? 'nobody' }),
    key: ({ name, id }: { name: string; id: string }) => `${id}/${name}`,
    onComplete: ({ key }: { key: string }) => {
      completed.push(key)
    },
  },
} as const

/** Stopped when the test has finished. */
export async function startUploads(
  { store, bucket, region, endpoint, credentials }: ForeignBucket,
  singleRequest: 'post' | 'put',
): Promise<ForeignUploads> {
  const signer = createSigner({
    ...{ bucket, region, endpoint, credentials, singleRequest, rules },
    secret: 'a secret of the tests, long enough to seal',
    allowedOrigins: [],
    // Swift answers 501 to a PUT with `If-None-Match`.
    conditionalWrites: store !== 'swift',
    partSize: PART_SIZE,
    multipartThreshold: PART_SIZE,
    onError: () => undefined,
  })
  const basePath = '/api/uploads'
  const server = await startServer(toNodeHandler(signer, { basePath }))
  onTestFinished(() => server.close())
  const base = `${server.url}${basePath}`
  return {
    endpoint: base,
    completed,
    uploader: (owner = 'a') => createUploader({ endpoint: base, headers: { 'x-owner': owner } }),
    call: async (owner, path, body) => {
      const response = await fetch(`${base}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-owner': owner },
        body: JSON.stringify(body),
      })
      const text = await response.text()
      return text === '' ? {} : JSON.parse(text)
    },
  }
}

/** @returns A file whose bytes differ from place to place. */
export function fileOf(size: number, name = 'film ü.mp4'): File {
  const bytes = new Uint8Array(size).map((_, index) => (index * 31 + (index >> 13)) % 256)
  return new File([bytes], name, { type: 'video/mp4' })
}
