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
  /** Resolves when it has been asked for the first time. */
  readonly heard: Promise<void>
}

export async function startHungStorage(): Promise<HungStorage> {
  const asked: string[] = []
  const server = createServer((request) => void asked.push(request.method ?? ''))
  const heard = new Promise<void>((resolve) => server.once('request', () => resolve()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { endpoint: `http://127.0.0.1:${port}`, asked, heard }
}
