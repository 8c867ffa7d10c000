/**
 * A storage that takes every request and answers none.
 *
 * @module
 */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished, vi } from 'vitest'

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

/**
 * Returns how many milliseconds are left. They pass as time limits do: each one ends as soon as the
 * storage has heard the request. So a test is the same on a machine that has no time for it.
 */
export function timeLeft(leftMs: number, { heard }: Pick<HungStorage, 'heard'>): () => number {
  let left = leftMs
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((limitMs) => {
    const limit = new AbortController()
    left -= limitMs
    void heard.then(() => limit.abort(new DOMException('timed out', 'TimeoutError')))
    return limit.signal
  })
  onTestFinished(() => void vi.restoreAllMocks())
  return () => left
}
