/**
 * Which port a server gets when nobody asked for one.
 *
 * @module
 */

import { createServer, type Server } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { choosePort } from '../../src/cli/port.ts'

async function listen(port: number, host: string): Promise<Server> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())))
  return server
}

async function takePort(host: string): Promise<number> {
  const address = (await listen(0, host)).address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return address.port
}

describe('choosePort', () => {
  it.each(['127.0.0.1', '::1'])(
    'goes on to a free port when the usual one is taken on %s',
    async (host) => {
      const usual = await takePort(host)
      const { port, insteadOf } = await choosePort({}, 'port', usual)
      expect(port).toBeGreaterThan(usual)
      expect(insteadOf).toBe(usual)
    },
  )

  it('passes over a port that is about to be used', async () => {
    const usual = await takePort('127.0.0.1')
    const first = await choosePort({}, 'port', usual)
    const second = await choosePort({}, 's3-port', usual, [first.port])
    expect(second.port).toBeGreaterThan(first.port)
  })
})
