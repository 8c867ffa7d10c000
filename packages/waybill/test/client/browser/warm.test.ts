import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { countConnections } from '@waybill/test-support/connection-counter'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { type BrowserContext, chromium } from 'playwright'
import { describe, expect, it, onTestFinished } from 'vitest'
import { CHROMIUM_FLAGS, findChromium } from '../../../../../tools/chromium.ts'
import { browserSystems, type PageWindow } from './browser-page.ts'

const startPage = browserSystems()

declare const window: PageWindow & { uploader: ReturnType<PageWindow['createUploader']> }

/** Debian's Chromium follows no hints unless its user says so. */
async function openPreloading(): Promise<BrowserContext> {
  const profile = temporaryFolder('waybill-profile-')
  await mkdir(join(profile, 'Default'))
  const preferences = JSON.stringify({ net: { network_prediction_options: 0 } })
  await writeFile(join(profile, 'Default', 'Preferences'), preferences)
  const options = { executablePath: findChromium(), args: CHROMIUM_FLAGS }
  const context = await chromium.launchPersistentContext(profile, options)
  onTestFinished(async () => {
    await context.close()
  })
  return context
}

describe('uploader.warm in Chromium', () => {
  it('opens connections without a request, and an upload uses them', async () => {
    const storage = await countConnections()
    const signer = await countConnections()
    const system = await startPage({ signer: { endpoint: storage.origin } })
    storage.leadTo(system.storageProxy.endpoint)
    signer.leadTo(new URL(system.endpoint).origin)
    const context = await openPreloading()
    const page = await context.newPage()
    await page.goto(system.url)
    await page.waitForFunction(() => 'createUploader' in globalThis)
    const options = {
      endpoint: `${signer.origin}${new URL(system.endpoint).pathname}`,
      storageOrigins: [storage.origin],
      headers: { 'x-owner': 'me' },
    }
    await page.evaluate((given) => {
      window.uploader = window.createUploader(given)
      return window.uploader.warm()
    }, options)
    await Promise.all([storage.opened(1), signer.opened(1)])
    expect([signer.received[0], storage.received[0]]).toEqual([0, 0])
    expect(await page.locator('link').count()).toBe(0)
    await page.evaluate(async () => {
      await window.uploader.upload(new Blob(['a']), { name: 'a' }).done
    })
    expect(signer.received[0]).toBeGreaterThan(0)
    expect(storage.received[0]).toBeGreaterThan(0)
  })
})
