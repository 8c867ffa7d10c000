/**
 * The process that receives uploads: the local S3, the pages and the signing endpoints.
 * `system.ts` starts it on the server's side of the line and sends it messages.
 *
 * @module
 */

import { subscribe } from 'node:diagnostics_channel'
import { createReadStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { basename, join } from 'node:path'
import { type CorsRule, startStrictS3 } from 'strict-s3'
import { startServer } from 'waybill/node'
import { signRequest } from 'waybill-s3'
import { answerParent } from '../harness/node-process.ts'
import { LOOPBACK } from './place.ts'
import { type BucketAccess, signingEndpoints } from './signing.ts'
import { startWireCount } from './wire-count.ts'

/** Options of the server. */
export interface ServerOptions {
  readonly host: string
  /** Directory of the objects. */
  readonly objects: string
  /** Directory of the built pages. */
  readonly pages: string
}

/** The first message to the parent: the addresses. A reply to each message of the parent follows. */
export interface ServerReady {
  readonly appUrl: string
  readonly access: BucketAccess
}

/** What has arrived since the last message; the objects are deleted. */
export interface Arrived {
  /** Size of each object in bytes. */
  readonly sizes: readonly number[]
  /** All bytes that the client sent. */
  readonly wireBytes: number
  /** When the heads of requests with bytes came, by the clock of the machine in milliseconds. */
  readonly headsAt: readonly number[]
  /** CPU time of the server. */
  readonly serverCpuMs: number
}

const BUCKET = 'uploads'

/** Exactly what all contestants need. */
const CORS_RULE: CorsRule = {
  allowedOrigins: ['*'],
  allowedMethods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'],
  allowedHeaders: ['*'],
  exposeHeaders: ['ETag', 'x-amz-checksum-crc64nvme'],
  maxAgeSeconds: 3600,
}

const wire = startWireCount()
const { host, objects, pages }: ServerOptions = JSON.parse(process.argv[2] ?? '{}')
const s3 = await startStrictS3({
  // Beyond a line, the signer's own calls come by the name that it signs for: `localhost`.
  host: host === LOOPBACK.host ? host : '0.0.0.0',
  dir: objects,
  pagesFrom: () => true,
  buckets: [{ name: BUCKET, cors: [CORS_RULE] }],
})
const created: { readonly key: string; readonly size: number }[] = []
s3.onObjectCreated(({ detail }) => created.push(detail.object))
const access: BucketAccess = {
  bucket: BUCKET,
  region: s3.region,
  endpoint: `http://${host}:${s3.port}`,
  credentials: s3.credentials,
  addressing: 'path',
}

const endpoints = signingEndpoints(access)
const app = await startServer(
  (request, response) => {
    const endpoint = endpoints.find(([path]) => request.url?.startsWith(path))
    if (endpoint) endpoint[1](request, response)
    else answerPage(request, response)
  },
  { host },
)

/** Responds with a page (`/waybill`) or a script (`/waybill.js` and its imports). */
function answerPage(request: IncomingMessage, response: ServerResponse): void {
  const name = basename(request.url ?? '/')
  if (name.endsWith('.js')) {
    response.setHeader('content-type', 'text/javascript')
    createReadStream(join(pages, name))
      .on('error', () => response.writeHead(404).end())
      .pipe(response)
    return
  }
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.end(
    `<!doctype html><title>${name}</title><input type="file" multiple>` +
      `<script type="module" src="/${name}.js"></script>`,
  )
}

let headsAt: number[] = []
subscribe('http.server.request.start', (message) => {
  const { request } = message as { request: IncomingMessage }
  const carriesBytes = request.method === 'PUT' || request.method === 'POST'
  const toBucket = request.url?.startsWith(`/${BUCKET}`)
  if (carriesBytes && toBucket) headsAt.push(performance.timeOrigin + performance.now())
})

let cpuBefore = process.cpuUsage()

async function takeArrived(): Promise<Arrived> {
  const wireBytes = wire.take()
  const { user, system } = process.cpuUsage(cpuBefore)
  const arrived = created.splice(0)
  for (const { key } of arrived) await deleteObject(key)
  cpuBefore = process.cpuUsage()
  const sizes = arrived.map(({ size }) => size)
  const heads = headsAt
  headsAt = []
  return { sizes, wireBytes, headsAt: heads, serverCpuMs: (user + system) / 1000 }
}

async function deleteObject(key: string): Promise<void> {
  const { url, headers } = await signRequest({ ...access, method: 'DELETE', key })
  const { ok, status } = await fetch(url, { method: 'DELETE', headers })
  if (!ok) throw new Error(`the response to deleting an object was ${status}`)
}

answerParent({ appUrl: app.url, access } satisfies ServerReady, takeArrived)
