/**
 * What Chromium does to uploads: progress, file handles, memory.
 *
 * Slow: files of hundreds of megabytes, because memory shows nothing with small ones.
 * `packages/waybill/test/client/resume` has reloads and tabs;
 * `packages/waybill/test/element/upload.browser.test.ts` sends files in a page.
 *
 * @module
 */

import { sha256Given, sha256Stored } from '@waybill/test-support/stored'
import { describe, expect, it, onTestFinished } from 'vitest'
import { childMemory } from './browser-memory.ts'
import { type BrowserSystem, browserSystems, type PageWindow } from './browser-page.ts'
import { choose, fileOnDisk, upload } from './page-uploads.ts'

const MIB = 1024 ** 2
const startPage = browserSystems()

declare const window: PageWindow

function operations({ storageProxy }: BrowserSystem): string[] {
  return storageProxy.exchanges.map(({ request }) => request.operation)
}

describe('an upload from Chromium', () => {
  it('sends a small file without a preflight to S3', async () => {
    const system = await startPage()
    const page = await system.open()
    const file = await choose(page, MIB - 1, 1)
    const { key } = await upload(page)
    expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
    expect(operations(system).filter((name) => name !== 'HeadObject')).toEqual(['PostObject'])
  })

  it("shows a larger file's progress, at the cost of a preflight", async () => {
    // The network's buffers hold 10 MB, which leave at once; it is the rest that is seen to leave,
    // for three seconds: a browser may stand still for one or two.
    const system = await startPage({
      signer: { multipartThreshold: '100 MiB' },
      storagePlan: ({ operation }) =>
        operation === 'PostObject' ? { kind: 'slow-request', lastsMs: 4000 } : undefined,
    })
    const page = await system.open()
    const file = await choose(page, 40 * MIB, 2)
    const { key, fractions } = await upload(page)
    expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
    expect(operations(system).slice(0, 2)).toEqual(['Preflight', 'PostObject'])
    expect(fractions.filter((fraction) => fraction > 0 && fraction < 0.99).length).toBeGreaterThan(
      1,
    )
    expect(fractions.at(-1)).toBe(1)
  })
})

describe('an upload from Chromium after a reload', () => {
  it('needs one click if the browser has a handle for the file', async () => {
    const system = await startPage({ signer: { partSize: 5 * MIB } })
    const page = await system.open()
    const file = await choose(page, 40 * MIB, 8)
    await page.evaluate(() => {
      const start = async () => {
        // A handle such as a picker or a drop gives, of a file system that asks nobody.
        const root = await navigator.storage.getDirectory()
        const handle = await root.getFileHandle('film.bin', { create: true })
        const writable = await handle.createWritable()
        await window.file.stream().pipeTo(writable)
        const uploader = window.createUploader({
          endpoint: window.endpoint,
          headers: { 'x-owner': 'me' },
          connections: 1,
        })
        uploader.upload(handle, { rule: 'any', metadata: { folder: 'films' } })
      }
      void start()
    })
    await system.storageProxy.until(() =>
      system.storageProxy.exchanges.some(({ request }) => request.partNumber === 4),
    )
    await page.reload()
    await page.waitForFunction('globalThis.createUploader')
    const resumed = await page.evaluate(async () => {
      const uploader = window.createUploader({
        endpoint: window.endpoint,
        headers: { 'x-owner': 'me' },
      })
      const [interrupted] = await uploader.interrupted()
      if (!interrupted?.canReopen) return undefined
      const { sent } = interrupted
      const { key } = await interrupted.resume().done
      return { sent, key, left: (await uploader.interrupted()).length }
    })
    expect(resumed).toMatchObject({ key: 'films/film.bin', left: 0 })
    expect(resumed?.sent).toBeGreaterThan(0)
    expect(await sha256Stored(system, 'films/film.bin')).toBe(await sha256Given(file))
  })
})

describe("Chromium's memory", () => {
  const size = (process.env.WAYBILL_LONG ? 4096 : 256) * MIB
  const limit = 150 * MIB

  it('stays flat while a large file is sent', { timeout: 900_000 }, async ({ skip }) => {
    const system = await startPage({ onDisk: true })
    const page = await system.open()
    const { path } = await fileOnDisk(size, 9)
    await page.setInputFiles('#file', path)
    const idle = childMemory()
    if (idle === undefined) return skip('needs /proc')
    let peak = 0
    const look = setInterval(() => {
      peak = Math.max(peak, childMemory() ?? 0)
    }, 200)
    onTestFinished(() => clearInterval(look))
    await upload(page)
    const above = peak - idle
    console.log(`memory: ${Math.round(above / MIB)} MiB above the idle page for ${size / MIB} MiB`)
    expect(peak).toBeGreaterThan(0)
    expect(above).toBeLessThan(limit)
  })
})
