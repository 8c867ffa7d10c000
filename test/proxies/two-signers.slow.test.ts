/**
 * Two `waybill serve` behind nginx, configured as docs/operate/serve.md says, while one is killed and
 * the other is stopped. Debian's nginx; without it the test is skipped.
 *
 * Slow: it needs nginx, which is not ours to install. `packages/waybill-cli/test/serve/serve.test.ts`
 * stops one signer during a call.
 *
 * @module
 */

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { freePorts } from '@waybill/test-support/free-ports'
import { describe, expect, it } from 'vitest'
import { createUploader } from 'waybill/client'
import {
  settingsFor,
  startBucket,
  startServe,
} from '../../packages/waybill-cli/test/serve/serve-process.ts'
import { startNginx } from './programs.ts'

const PAGE = readFileSync(new URL('../../docs/operate/serve.md', import.meta.url), 'utf8')
const [, CONFIG = ''] = /^```nginx\n(.*?)^```$/ms.exec(PAGE) ?? []
const FILES = 40

describe('two signers behind nginx', () => {
  it('lose no upload while one is killed and the other is stopped', async ({ skip }) => {
    skip(spawnSync('which', ['nginx']).status !== 0, 'nginx is not installed')
    const [ports, settings] = [await freePorts(2), settingsFor(await startBucket())]
    const start = (index: number) =>
      startServe({ ...settings, PORT: String(ports[index]) }, ['--base-path', '/uploads'])
    const signers = [await start(0), await start(1)] as const
    const { url } = await startNginx((port) =>
      CONFIG.replace('127.0.0.1:80;', `127.0.0.1:${port};`)
        .replace('127.0.0.1:8787', `127.0.0.1:${ports[0]}`)
        .replace('127.0.0.1:8788', `127.0.0.1:${ports[1]}`),
    )
    const { upload } = createUploader({ endpoint: `${url}/uploads` })
    const stored: string[] = []
    /** Each client uploads its next file when the last one is stored; one in ten is sent in parts. */
    const clients = (round: number) =>
      Array.from({ length: FILES }, async (_, index) => {
        const size = index % 10 === 0 ? 17 * 1024 ** 2 : index + 1
        const file = new File([new Uint8Array(size)], `${round}-${index}.txt`, {
          type: 'text/plain',
        })
        stored.push((await upload(file).done).key)
      })
    const first = clients(1)
    await Promise.any(first)
    signers[0].child.kill('SIGKILL')
    await signers[0].exit
    const second = clients(2)
    const again = start(0)
    await Promise.all([...first, ...second, again])
    const third = clients(3)
    await Promise.any(third)
    signers[1].child.kill('SIGTERM')
    expect(await signers[1].exit).toBe(0)
    await Promise.all(third)
    expect(new Set(stored).size).toBe(3 * FILES)
  })
})
