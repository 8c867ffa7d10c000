/**
 * The page where nobody may list the bucket, as it is deployed: it shows what it has sent itself.
 *
 * Slow: waits while the server is away. `packages/waybill/test/cli/dev-server.test.ts` has the list itself.
 *
 * @module
 */

import {
  CLIP,
  chooseFiles,
  eventually,
  openPage,
  sharedBrowser,
  violations,
} from '@waybill/test-support/demo-browser'
import { sharedDev } from '@waybill/test-support/waybill-process'
import type { Route } from 'playwright'
import { describe, expect, it } from 'vitest'

const browser = sharedBrowser()
const running = sharedDev()
const NOTHING = { objects: [], count: 0, size: 0 }

describe('the page without a list of the bucket', () => {
  it('shows what it has sent, from the files that were chosen', async () => {
    const { page, complaints } = await openPage(browser(), running().url)
    // As infra/demo-site.ts deploys it.
    await page.route('**/api/objects', (route) => route.fulfill({ json: NOTHING }))
    await page.reload()
    await page.getByText('Nothing yet').waitFor()
    await chooseFiles(page, CLIP)
    await page.locator('#screen video').waitFor()
    expect(await page.locator('#status').textContent()).toBe('Verified: SHA-256')
    expect(await page.locator('#to').textContent()).toMatch(/^s3:\/\/uploads\/.+\/clip\.mp4$/)

    const text = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('notes') }
    await chooseFiles(page, text)
    await page.locator('#screen .unshown').waitFor()
    const rows = page.locator('#rows .row')
    expect(await rows.locator('.name').allTextContents()).toEqual(['notes.txt', 'clip.mp4'])
    expect(await rows.locator('.verdict').allTextContents()).toEqual(['Stored', 'Stored'])
    expect(await page.locator('#summary').textContent()).toMatch(/^2 objects/)

    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Save notes.txt' }).click()
    expect((await download).suggestedFilename()).toBe('notes.txt')
    expect(await violations(page)).toEqual([])
    expect(complaints).toEqual([])
  })
})

describe('the list of the bucket', () => {
  it('stays while the server is away, says so, and goes on by itself', async () => {
    const { page } = await openPage(browser(), running().url)
    const named = (name: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(name) })
    await chooseFiles(page, named('before.txt'))
    const names = page.locator('#rows .row .name')
    await eventually(() => names.first().textContent()).toBe('before.txt')
    await page.route('**/api/objects', (route) => route.abort())
    await chooseFiles(page, named('meanwhile.txt'))
    await page.locator('#away').waitFor()
    expect((await names.allTextContents()).slice(0, 2)).toEqual(['meanwhile.txt', 'before.txt'])
    await page.unroute('**/api/objects')
    await page.locator('#away').waitFor({ state: 'hidden' })
    expect((await names.allTextContents()).slice(0, 2)).toEqual(['meanwhile.txt', 'before.txt'])
    expect(await page.locator('#rows .verdict').first().textContent()).toBe('Verified')
  })

  it.each([
    ['an older answer comes', (route: Route) => route.fulfill({ json: NOTHING })],
    ['an older request fails', (route: Route) => route.abort()],
  ])('keeps what it has when %s late', async (_, end) => {
    const { page } = await openPage(browser(), running().url)
    const { promise, resolve } = Promise.withResolvers<void>()
    await page.route('**/api/objects', (route) => promise.then(() => end(route)), { times: 1 })
    const asked = page.waitForRequest('**/api/objects')
    await page.reload()
    const file = { name: 'newer.txt', mimeType: 'text/plain', buffer: Buffer.from('newer') }
    await chooseFiles(page, file)
    const first = page.locator('#rows .row .name').first()
    await eventually(() => first.textContent()).toBe('newer.txt')
    const older = (await asked).response()
    resolve()
    await (await older)?.finished()
    // What the page does with the answer comes before what it is asked now.
    await page.evaluate(() => fetch('/api/destination'))
    expect(await first.textContent()).toBe('newer.txt')
    expect(await page.locator('#away').isHidden()).toBe(true)
  })
})
