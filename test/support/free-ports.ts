/**
 * Ports for servers that cannot pick one themselves.
 *
 * @module
 */

import { createServer } from 'node:net'

/**
 * Finds free ports outside the kernel's ephemeral range, so that no other program gets one before
 * the server starts.
 */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>()
  while (found.size < count) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    if (await isFree(port)) found.add(port)
  }
  return [...found]
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.on('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
