/**
 * Leaving the page: it asks first while an upload has not ended, and only then.
 *
 * Slow: slows the upload, to leave while it lasts. `packages/waybill/test/element/upload.browser.test.ts` has the
 * same question of the element.
 *
 * @module
 */

import {
  CLIP,
  chooseFiles,
  eventually,
  openPage,
  sharedBrowser,
  videoOf,
} from '@waybill/test-support/demo-browser'
import { sharedDev } from '@waybill/test-support/waybill-process'
import type { Page } from 'playwright'
import { describe, expect, it } from 'vitest'

const browser = sharedBrowser()
const running = sharedDev()
const MIB = 1024 ** 2

/** Follows the link in the page's header, and stays if the page asks. @returns Whether it asked. */
async function leave(page: Page): Promise<boolean> {
  const asked = page.waitForEvent('dialog').then(async (dialog) => {
    expect(dialog.type()).toBe('beforeunload')
    await dialog.dismiss()
    return true
  })
  const left = page.waitForURL('**/simple.html').then(() => false)
  left.catch(() => {}) // it stays, and is closed in the end
  asked.catch(() => {}) // it leaves
  await page.getByRole('link', { name: 'The whole client' }).click({ noWaitAfter: true })
  return Promise.race([asked, left])
}

describe('leaving the page', () => {
  it('needs confirmation while a file is sent, and the upload continues', async () => {
    const { page } = await openPage(browser(), running().url)
    const { promise, resolve } = Promise.withResolvers<void>()
    await page.route(
      ({ origin }) => origin !== new URL(running().url).origin,
      (route) => promise.then(() => route.continue()),
    )
    const buffer = await videoOf(4 * MIB)
    const file = { name: 'kept.mp4', mimeType: 'video/mp4', buffer }
    await chooseFiles(page, file)
    await eventually(() => page.locator('#status').textContent()).toBe('Sending')
    expect(await leave(page)).toBe(true)
    resolve()
    await page.locator('#screen video').waitFor()
    expect(await leave(page)).toBe(false)
  })

  it('needs no confirmation if nothing has been sent', async () => {
    const { page } = await openPage(browser(), running().url)
    expect(await leave(page)).toBe(false)
  })

  it('needs no confirmation if a file was rejected', async () => {
    const { page } = await openPage(browser(), running().url)
    const file = { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<p>') }
    await chooseFiles(page, file)
    await page.getByText('Wrong file type').first().waitFor()
    expect(await leave(page)).toBe(false)
  })

  it('needs no confirmation once the last of several files has arrived', async () => {
    const { page } = await openPage(browser(), running().url)
    await chooseFiles(page, [
      { name: 'one.txt', mimeType: 'text/plain', buffer: Buffer.from('one') },
      { name: 'two.txt', mimeType: 'text/plain', buffer: Buffer.from('two') },
    ])
    await chooseFiles(page, CLIP)
    await page.locator('#screen video').waitFor()
    await page.getByRole('link', { name: 'Save two.txt' }).waitFor()
    await page.getByRole('link', { name: 'Save one.txt' }).waitFor()
    expect(await leave(page)).toBe(false)
  })
})
