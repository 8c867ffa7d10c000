/**
 * The process that everything is uploaded to: local S3 and the signing endpoints. Started by `start-server.ts` on the
 * server's side of the line, and spoken to by messages.
 *
 * @module
 */

import { startAppServer } from './app-server.ts'
import { startBucket } from './bucket.ts'
import { startWireCount } from './wire-count.ts'

export interface ServerOptions {
  readonly host: string
  /** Where objects are kept. */
  readonly objects: string
  /** The built pages. */
  readonly pages: string
}

/** To the parent: first where the server is, then an answer to each message that it sends. */
export interface ServerReady {
  readonly appUrl: string
  readonly access: Awaited<ReturnType<typeof startBucket>>['access']
}

/** What has arrived since the last time; it is gone now. */
export interface Arrived {
  /** Bytes of each object. */
  readonly sizes: readonly number[]
  /** Bytes that the client sent, all told. */
  readonly wireBytes: number
  /** CPU that it took the server. */
  readonly serverCpuMs: number
}

const wire = startWireCount()
const { host, objects, pages }: ServerOptions = JSON.parse(process.argv[2] ?? '{}')
const bucket = await startBucket(host, objects)
const app = await startAppServer(host, bucket.access, pages)

let cpuBefore = process.cpuUsage()

async function takeArrived(): Promise<Arrived> {
  const wireBytes = wire.take()
  const { user, system } = process.cpuUsage(cpuBefore)
  const sizes = await bucket.empty()
  cpuBefore = process.cpuUsage()
  return { sizes, wireBytes, serverCpuMs: (user + system) / 1000 }
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
