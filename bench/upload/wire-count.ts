/**
 * Counts the bytes that clients send to the servers of this process: heads, bodies and preflights, whatever the
 * server. What the process sends to itself is not counted.
 *
 * @module
 */

import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

export interface WireCount {
  /** @returns Bytes since the last call. */
  take(): number
}

interface Arrival {
  readonly socket: Socket
  /** Of the other end, which a closed socket no longer tells. */
  readonly port: number | undefined
  isOurOwn: boolean
  counted: number
}

/** To be called before the first connection. */
export function startWireCount(): WireCount {
  const arrivals = new Set<Arrival>()
  /** Ports of connections of our own that have not arrived yet: either end may hear of the other first. */
  const expected = new Set<number>()
  subscribe('net.server.socket', (message) => {
    const { socket } = message as { socket: Socket }
    const port = socket.remotePort
    const isOurOwn = port !== undefined && expected.delete(port)
    arrivals.add({ socket, port, isOurOwn, counted: 0 })
  })
  subscribe('net.client.socket', (message) => {
    const { socket } = message as { socket: Socket }
    socket.once('connect', () => {
      const port = socket.localPort
      // Ports are used again: of two arrivals the later is the one.
      const arrival = [...arrivals].findLast((each) => each.port === port && !each.socket.destroyed)
      if (arrival) arrival.isOurOwn = true
      else if (port !== undefined) expected.add(port)
    })
  })
  return {
    take: () => {
      let sum = 0
      for (const arrival of arrivals) {
        const { socket, isOurOwn, counted } = arrival
        if (!isOurOwn) sum += socket.bytesRead - counted
        arrival.counted = socket.bytesRead
        if (socket.destroyed) arrivals.delete(arrival)
      }
      return sum
    },
  }
}
