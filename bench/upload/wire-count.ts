/**
 * Counts the bytes that clients send to all servers of this process: heads, bodies and preflights.
 * Bytes that the process sends to itself do not count.
 *
 * @module
 */

import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

/** A running count. */
export interface WireCount {
  /** Returns the bytes since the last call. */
  take(): number
}

interface Arrival {
  readonly socket: Socket
  /** Port of the other end: a closed socket no longer has it. */
  readonly port: number | undefined
  isOurOwn: boolean
  counted: number
}

/** Starts to count. Call it before the first connection. */
export function startWireCount(): WireCount {
  const arrivals = new Set<Arrival>()
  /**
   * Ports of our own connections that the server has not seen yet: either end may see the
   * connection first.
   */
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
      // Ports are reused, so the latest arrival counts.
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
