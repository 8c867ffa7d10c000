/**
 * A signer in a network that reaches S3 only through a proxy, which Node takes from its environment. The signer runs
 * in a process of its own, because Node reads these variables when it starts.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startStrictS3 } from 'strict-s3'
import { expect, it, onTestFinished } from 'vitest'

const PROGRAM = join(import.meta.dirname, 'signer-program.ts')

/** A proxy that tunnels with CONNECT, and remembers where to. */
async function startTunnel() {
  const tunnelled: string[] = []
  const server = createServer()
  server.on('connect', (request, socket, head) => {
    tunnelled.push(request.url ?? '')
    const { hostname, port } = new URL(`http://${request.url}`)
    const upstream = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      upstream.write(head)
      upstream.pipe(socket).pipe(upstream)
    })
    for (const end of [socket, upstream]) end.on('error', () => upstream.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tunnelled }
}

it('a signer calls S3 through the proxy from its environment', async () => {
  const s3 = await startStrictS3({ buckets: ['uploads'], log: () => {} })
  onTestFinished(() => s3.close())
  const tunnel = await startTunnel()
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@waybill/source', PROGRAM, s3.endpoint],
    { env: { PATH: process.env.PATH, NODE_USE_ENV_PROXY: '1', HTTP_PROXY: tunnel.url } },
  )
  expect(JSON.parse(stdout)).toMatchObject({ strategy: 'multipart', aborted: 204 })
  expect(new Set(tunnel.tunnelled)).toEqual(new Set([new URL(s3.endpoint).host]))
})
