/**
 * The server of an application: a page with `<waybill-upload>` in a form, the signer, the arrival
 * check, and what takes the form, over a local S3.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { build } from 'esbuild'
import { startStrictS3 } from 'strict-s3'
import { createArrival, judgeArrivals } from 'waybill/arrival'
import { startServer, toNodeHandler } from 'waybill/node'
import { createSigner } from 'waybill/signer'
import { presignUrl } from 'waybill-s3'

/** What the application has got of one file. */
export interface SubmittedFile {
  readonly name: string
  readonly path: string
  readonly metadata: Readonly<Record<string, string>>
  readonly size: number
  /** Hexadecimal, of the bytes in the bucket. */
  readonly sha256: string
}

const BUCKET = 'uploads'

/** Its signer is at `/api/uploads`; forms are sent to `/submit`. */
export interface Application {
  readonly url: string
  /** Where files go to. */
  readonly s3Url: string
  /** The tokens that the rule `tokens` takes. */
  readonly tokens: Set<string>
  close(): Promise<void>
}

/** Serves what is neither the signer nor the form. */
type Serve = (request: IncomingMessage, response: ServerResponse) => void

const CORS = {
  allowedOrigins: ['http://*'],
  allowedMethods: ['GET', 'PUT', 'POST'],
  allowedHeaders: ['*'],
  exposeHeaders: ['ETag', 'x-amz-checksum-crc64nvme'],
} as const

/** @returns The element's scripts by their paths, of which pages load `/stdin.js`. */
export async function elementScripts(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    stdin: { contents: "import 'waybill/element'", resolveDir: import.meta.dirname },
    ...{ bundle: true, splitting: true, format: 'esm', write: false, outdir: '/' },
    conditions: ['@waybill/source'],
  })
  return new Map(outputFiles.map(({ path, contents }) => [path, contents]))
}

/** Starts it on free ports. */
export async function startApplication(serve?: Serve): Promise<Application> {
  const s3 = await startStrictS3({ buckets: [{ name: BUCKET, cors: [CORS] }] })
  const { region, endpoint, credentials } = s3
  const place = { bucket: BUCKET, region, endpoint, credentials }
  const secret = 'a secret of the tests, long enough to seal'
  const arrivals = judgeArrivals({
    arrival: createArrival({ ...place, secret }),
    subscribe: s3.onObjectCreated,
  })
  const tokens = new Set(['one', 'two'])
  const signer = createSigner({
    ...place,
    secret,
    allowedOrigins: () => true,
    multipartThreshold: '5 MiB',
    partSize: '5 MiB',
    rules: {
      any: { types: ['*/*'], maxSize: '100 MB', public: true, remove: 'receipt' },
      photos: { types: ['image/png', 'image/jpeg'], maxSize: '1 MiB', public: true },
      tokens: {
        ...{ types: ['text/plain'], maxSize: '1 MiB' },
        authorize: ({ headers }) =>
          tokens.has(headers.authorization?.replace('Bearer ', '') ?? '') && { owner: 'me' },
      },
    },
  })
  const askSigner = toNodeHandler(signer, { basePath: '/api/uploads' })
  /** Believes receipts alone, and reads the bytes from the bucket. */
  const submitted = async (receipt: string): Promise<SubmittedFile> => {
    const { name, path, metadata, size, key } = await signer.readReceipt(receipt, { owner: null })
    const { url } = await presignUrl({ ...place, method: 'GET', key, expiresInSeconds: 60 })
    const bytes = Buffer.from(await (await fetch(url)).arrayBuffer())
    return { name, path, metadata, size, sha256: createHash('sha256').update(bytes).digest('hex') }
  }
  const takeForm = async (request: IncomingMessage, response: ServerResponse) => {
    const headers = { 'content-type': request.headers['content-type'] ?? '' }
    const form = await new Response(await buffer(request), { headers }).formData()
    const files = await Promise.all(form.getAll('files').map((value) => submitted(String(value))))
    response.setHeader('access-control-allow-origin', '*')
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ fields: [...form.keys()], files }))
  }
  const server = await startServer((request, response) => {
    if (request.url === '/submit') void takeForm(request, response)
    else if (request.url?.startsWith('/api/uploads')) askSigner(request, response)
    else if (serve) serve(request, response)
    else response.writeHead(404).end()
  })
  return {
    url: server.url,
    s3Url: endpoint,
    tokens,
    close: async () => {
      await server.close()
      await arrivals.stop()
      await s3.close()
    },
  }
}

/**
 * How many parts the only resume record of a page holds. Reads the records as the page's own code has written them; `undefined` before the first. A
 * database that the page has not made yet is not opened: that would make an empty one.
 */
export const RECORDED_PARTS = `(async () => {
  const result = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = request.onblocked = () => reject(request.error)
  })
  const known = await indexedDB.databases()
  if (!known.some(({ name, version }) => name === 'waybill' && version > 0)) return
  const database = await result(indexedDB.open('waybill'))
  try {
    if (!database.objectStoreNames.contains('resume-records')) return
    const store = database.transaction('resume-records').objectStore('resume-records')
    const records = await result(store.getAll())
    return records.map(({ crcs }) => crcs.filter((crc) => crc !== '').length)[0]
  } finally {
    database.close()
  }
})()`
