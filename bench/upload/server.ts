/**
 * The process that receives uploads: the local S3 and the signing endpoints. `start-server.ts`
 * starts it on the server's side of the line and sends it messages.
 *
 * @module
 */

import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import { startAppServer } from './app-server.ts'
import { startBucket } from './bucket.ts'
import { startWireCount } from './wire/wire-count.ts'

/** Options of the server. */
export interface ServerOptions {
  readonly host: string
  /** Directory of the objects. */
  readonly objects: string
  /** Directory of the built pages. */
  readonly pages: string
}

/**
 * The first message to the parent: the addresses. A reply to each message of the parent follows.
 */
export interface ServerReady {
  readonly appUrl: string
  readonly access: Awaited<ReturnType<typeof startBucket>>['access']
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

const wire = startWireCount()
const { host, objects, pages }: ServerOptions = JSON.parse(process.argv[2] ?? '{}')
const bucket = await startBucket(host, objects)
const app = await startAppServer(host, bucket.access, pages)

let headsAt: number[] = []
subscribe('http.server.request.start', (message) => {
  const { request } = message as { request: IncomingMessage }
  const carriesBytes = request.method === 'PUT' || request.method === 'POST'
  const toBucket = request.url?.startsWith(`/${bucket.access.bucket}`)
  if (carriesBytes && toBucket) headsAt.push(performance.timeOrigin + performance.now())
})

let cpuBefore = process.cpuUsage()

async function takeArrived(): Promise<Arrived> {
  const wireBytes = wire.take()
  const { user, system } = process.cpuUsage(cpuBefore)
  const sizes = await bucket.empty()
  cpuBefore = process.cpuUsage()
  const heads = headsAt
  headsAt = []
  return { sizes, wireBytes, headsAt: heads, serverCpuMs: (user + system) / 1000 }
}

process.on('message', () => {
  takeArrived().then(
    (arrived) => process.send?.(arrived),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit())
process.send?.({ appUrl: app.url, access: bucket.access } satisfies ServerReady)
