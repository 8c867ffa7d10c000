/**
 * A storage that takes every request and answers none.
 *
 * @module
 */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface HungStorage {
  readonly endpoint: string
  /** Methods of what was asked so far. */
  readonly asked: readonly string[]
}

export async function startHungStorage(): Promise<HungStorage> {
  const asked: string[] = []
  const server = createServer((request) => void asked.push(request.method ?? ''))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { endpoint: `http://127.0.0.1:${port}`, asked }
}
