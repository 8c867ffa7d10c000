/**
 * Uploads through nginx and Caddy, configured as docs/guide/runtimes.md says: one in front of the signer, one in front of
 * the bucket. Debian's programs; without them the tests are skipped.
 *
 * Slow: it needs nginx and Caddy, which are not ours to install. `packages/waybill/test/node/node-handler.test.ts`
 * has the signer below another path.
 *
 * @module
 */

import { spawnSync } from 'node:child_process'
import { startStrictS3 } from 'strict-s3'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createUploader } from 'waybill/client'
import { startServer, toNodeHandler } from 'waybill/node'
import { createSigner } from 'waybill/signer'
import { caddy, nginx, type ReverseProxy } from './programs.ts'

const MIB = 1024 * 1024
const PROXIES = [nginx, caddy] as const
const hasProgram = (name: string) => spawnSync('which', [name]).status === 0

/** A signer and a bucket, each behind the proxy, and an uploader that knows only the proxies. */
async function startBehind(
  proxy: ReverseProxy,
  { without, onError = failTest }: { without?: string; onError?: (error: unknown) => void } = {},
) {
  const s3 = await startStrictS3({ buckets: ['uploads'], log: () => {} })
  onTestFinished(() => s3.close())
  const bucket = await proxy.start('bucket', new URL(s3.endpoint), without)
  const signer = createSigner({
    bucket: 'uploads',
    region: s3.region,
    endpoint: bucket.url,
    credentials: s3.credentials,
    secret: 'a secret of the tests, long enough to seal',
    allowedOrigins: [],
    onError,
    rules: {
      any: { types: ['*/*'], maxSize: '1 GiB', authorize: ({ headers }) => ownerOf(headers) },
    },
  })
  const server = await startServer(toNodeHandler(signer, { basePath: '/api/uploads' }))
  onTestFinished(() => server.close())
  const front = await proxy.start('signer', new URL(server.url))
  return createUploader({ endpoint: `${front.url}/api/uploads`, headers: { 'x-user': 'anna' } })
}

const failTest = (error: unknown) => {
  throw error
}

/** The proxy passes the application's own headers on. */
const ownerOf = (headers: Readonly<Record<string, string>>) =>
  headers['x-user'] ? { owner: headers['x-user'] } : false

describe.each(PROXIES)('$program, configured as docs/guide/runtimes.md says', (proxy) => {
  beforeEach(({ skip }) => skip(!hasProgram(proxy.program), `${proxy.program} is not installed`))

  it('forwards a small file, a large one in parts, and a hundred at once', async () => {
    const uploader = await startBehind(proxy)
    const small = uploader.upload(new File(['hello'], 'a.txt', { type: 'text/plain' }))
    expect(await small.done).toMatchObject({ size: 5, verifiedBy: 'SHA256' })
    const large = uploader.upload(new File([new Uint8Array(17 * MIB)], 'large.bin'))
    expect(await large.done).toMatchObject({ size: 17 * MIB, verifiedBy: 'CRC64NVME' })
    const many = Array.from({ length: 100 }, (_, index) => new File([`${index}`], `${index}.txt`))
    const done = await Promise.all(many.map((file) => uploader.upload(file).done))
    expect(done.map(({ verifiedBy }) => verifiedBy)).toEqual(many.map(() => 'SHA256'))
  })
})

describe('nginx in front of the bucket', () => {
  beforeEach(({ skip }) => skip(!hasProgram('nginx'), 'nginx is not installed'))

  const large = () => new File([new Uint8Array(17 * MIB)], 'large.bin')

  it("without the client's Host header breaks signatures", async () => {
    const errors: unknown[] = []
    const uploader = await startBehind(nginx, {
      without: 'proxy_set_header Host',
      onError: (error) => errors.push(error),
    })
    await expect(uploader.upload(large()).done).rejects.toMatchObject({ code: 'STORAGE_REFUSED' })
    expect(errors).toMatchObject([{ code: 'SignatureDoesNotMatch' }])
  })

  it('with its default body limit rejects parts', async () => {
    const uploader = await startBehind(nginx, { without: 'client_max_body_size' })
    await expect(uploader.upload(large()).done).rejects.toMatchObject({
      code: 'STORAGE_REFUSED',
      message: expect.stringContaining('413'),
    })
  })
})
