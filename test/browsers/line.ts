/**
 * The line between a browser and `waybill dev`: an HTTP proxy that every request of the browser goes
 * through. It can be cut, and what goes to the storage can be held.
 *
 * @module
 */

import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { Socket } from 'node:net'
import { pipeline } from 'node:stream'
import { closed, listening } from '@waybill/test-support/echo-server'
import {
  type FaultProxy,
  startFaultProxy,
} from '../../packages/strict-s3/src/faults/fault-proxy.ts'

export interface Line {
  /** `host:port`, for the browser's proxy setting. */
  readonly address: string
  /** What goes to the storage. */
  readonly storage: FaultProxy
  /** Resets all connections, and new ones at once, until `mend()`. */
  cut(): void
  mend(): void
  /** Resolves when so many connections were refused since the last cut. */
  refused(count: number): Promise<void>
  close(): Promise<void>
}

/** @param storage - Origin of the storage; pages may name its host otherwise. */
export async function startLine(storage: string): Promise<Line> {
  const proxy = await startFaultProxy({ upstream: storage, name: 'storage' })
  const sockets = new Set<Socket>()
  const watchers = new Set<() => void>()
  let isCut = false
  let refusals = 0
  const server = createServer({ requestTimeout: 0 }, (incoming, outgoing) => {
    const target = new URL(incoming.url ?? '/')
    passOn(
      incoming,
      outgoing,
      target.port === new URL(storage).port ? new URL(proxy.endpoint) : target,
    )
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    if (!isCut) return
    socket.resetAndDestroy()
    refusals += 1
    for (const watch of watchers) watch()
  })
  const endpoint = await listening(server)
  return {
    address: new URL(endpoint).host,
    storage: proxy,
    cut: () => {
      isCut = true
      refusals = 0
      for (const socket of sockets) socket.resetAndDestroy()
    },
    mend: () => {
      isCut = false
    },
    refused: (count) =>
      new Promise((resolve) => {
        const watch = () => {
          if (refusals < count) return
          watchers.delete(watch)
          resolve()
        }
        watchers.add(watch)
        watch()
      }),
    close: async () => {
      await proxy.close()
      await closed(server)
    },
  }
}

/** Sends a request to where it goes, and hangs up on whichever end is left when the other goes. */
function passOn(incoming: IncomingMessage, outgoing: ServerResponse, to: URL): void {
  const { pathname, search } = new URL(incoming.url ?? '/')
  const { 'proxy-connection': _hop, ...headers } = incoming.headers
  const onward = httpRequest({
    ...{ host: to.hostname, port: to.port, method: incoming.method, path: `${pathname}${search}` },
    ...{ headers, setHost: false, agent: false },
  })
  const hangUp = () => incoming.socket.resetAndDestroy()
  outgoing.on('close', () => onward.destroy())
  onward.on('error', hangUp)
  onward.on('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    pipeline(answer, outgoing, (error) => error && hangUp())
  })
  pipeline(incoming, onward, () => {}) // whoever went first is noticed above
}
