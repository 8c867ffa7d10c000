/**
 * Somebody else on a port.
 *
 * @module
 */

import { once } from 'node:events'
import { createServer } from 'node:net'
import { onTestFinished } from 'vitest'

/** @param port - 0 for any. @returns The port, taken until the test ends. */
export async function takePort(port: number, host = '127.0.0.1'): Promise<number> {
  // A connection that a prober keeps open would keep the server from closing.
  const server = createServer((socket) => socket.destroy()).listen(port, host)
  await once(server, 'listening')
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return address.port
}
