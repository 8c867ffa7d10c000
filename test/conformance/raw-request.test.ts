import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { exchange } from './request/raw-request.ts'

describe('exchange', () => {
  it('ends at its deadline, even if the server never falls silent', async () => {
    const server = createServer((_request, response) => {
      const timer = setInterval(() => response.write('x'), 20)
      response.on('close', () => clearInterval(timer))
    }).listen(0, '127.0.0.1')
    onTestFinished(() => {
      server.close()
      server.closeAllConnections()
    })
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const raw = { method: 'GET', path: '/', headers: { host: 'localhost' } }
    await expect(
      exchange(`http://127.0.0.1:${port}`, raw, undefined, { withinMs: 300 }),
    ).rejects.toThrow('no complete answer within 0.3 seconds')
  })
})
