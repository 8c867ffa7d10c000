/**
 * A signer, a local S3 and the server of an application, for the element's tests inside a browser.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import type { TestProject } from 'vitest/node'
import { startLocalS3 } from 'waybill/local-s3'
import { startServer, toNodeHandler } from 'waybill/node'
import { presignUrl } from 'waybill/s3'
import { createSigner } from 'waybill/signer'

declare module 'vitest' {
  interface ProvidedContext {
    /** The server's address: the signer is at `/api/uploads`, forms are sent to `/submit`. */
    readonly application: string
  }
}

/** What the application has got of one file. */
export interface SubmittedFile {
  readonly name: string
  readonly size: number
  /** Hexadecimal, of the bytes in the bucket. */
  readonly sha256: string
}

const BUCKET = 'uploads'

/** Starts them once for all files. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const rule = {
    allowedOrigins: ['http://*'],
    allowedMethods: ['GET', 'PUT', 'POST'],
    allowedHeaders: ['*'],
    exposeHeaders: ['ETag', 'x-amz-checksum-crc64nvme'],
  } as const
  const s3 = await startLocalS3({ buckets: [{ name: BUCKET, cors: [rule] }] })
  const place = {
    bucket: BUCKET,
    region: s3.region,
    endpoint: s3.endpoint,
    credentials: s3.credentials,
  }
  const signer = createSigner({
    ...place,
    secret: 'a secret of the tests, long enough to seal',
    allowedOrigins: () => true,
    multipartThreshold: '5 MiB',
    partSize: '5 MiB',
    rules: {
      any: { types: ['*/*'], maxSize: '100 MiB', public: true },
      photos: { types: ['image/png', 'image/jpeg'], maxSize: '1 MiB', public: true },
    },
  })
  const signerHandler = toNodeHandler(signer, { basePath: '/api/uploads' })
  /** Believes receipts alone, and reads the bytes from the bucket. */
  const submitted = async (receipt: string): Promise<SubmittedFile> => {
    const { name, size, key } = await signer.readReceipt(receipt, { owner: null })
    const { url } = await presignUrl({ ...place, method: 'GET', key, expiresInSeconds: 60 })
    const bytes = Buffer.from(await (await fetch(url)).arrayBuffer())
    return { name, size, sha256: createHash('sha256').update(bytes).digest('hex') }
  }
  const server = await startServer(async (request, response) => {
    if (request.url !== '/submit') return void signerHandler(request, response)
    const headers = new Headers({ 'content-type': request.headers['content-type'] ?? '' })
    const form = await new Response(await buffer(request), { headers }).formData()
    const files = await Promise.all(form.getAll('files').map((value) => submitted(String(value))))
    response.setHeader('access-control-allow-origin', '*')
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ fields: [...form.keys()], files }))
  })
  project.provide('application', server.url)
  return async () => {
    await server.close()
    await s3.close()
  }
}
