/**
 * What the page says when something does not go as a person wanted, and what they can do then.
 *
 * Slow: waits while the server is away and comes back. `packages/waybill/test/element/upload.browser.test.ts` has
 * the same words of the element, `test/demo/upload.test.ts` the page.
 *
 * @module
 */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CLIP,
  chooseFiles,
  eventually,
  openPage,
  sharedBrowser,
} from '@waybill/test-support/demo-browser'
import { listObjects } from '@waybill/test-support/upload-form'
import { startDev, temporaryDirectory } from '@waybill/test-support/waybill-process'
import { describe, expect, it } from 'vitest'

const browser = sharedBrowser()

describe('the demo page', () => {
  it('lists the allowed types, and offers no second attempt with the same file', async () => {
    const dev = await startDev(await temporaryDirectory())
    const { page } = await openPage(browser(), dev.url)
    const buffer = Buffer.from('<p>')
    const file = { name: 'page.html', mimeType: 'text/html', buffer }
    await chooseFiles(page, file)
    const row = page.getByRole('listitem').filter({ hasText: 'page.html' })
    await eventually(() => row.textContent()).toContain('videos')
    expect(await row.getByRole('button', { name: /again/ }).count()).toBe(0)
    const alert = page.locator('waybill-upload [role=alert]')
    await eventually(() => alert.textContent()).toContain('page.html was not uploaded')
    await page.getByRole('button', { name: 'Dismiss page.html' }).focus()
    await page.keyboard.press('Enter')
    await eventually(() => row.getAttribute('class')).toBe('row removed')
    // Nothing waits for a file that was never sent.
    expect(await page.locator('#same-bytes').textContent()).not.toContain('page.html')
    expect((await listObjects(dev.url)).count).toBe(0)
  })

  it('reports that the server is down, and continues once it is back', async () => {
    const home = await temporaryDirectory()
    const first = await startDev(home)
    const { page } = await openPage(browser(), first.url)
    // The page has what it needs once nothing of it is loading any more: also what draws files,
    // which comes when the pointer does.
    await page.locator('waybill-upload .zone').hover()
    await page.waitForLoadState('networkidle')
    first.child.kill('SIGKILL')
    await first.exit
    await chooseFiles(page, CLIP)
    await page.getByText('Server unavailable').first().waitFor()
    const [port, s3Port] = [first.url, first.s3Url].map((url) => new URL(url).port)
    await startDev(home, { port: port ?? '', s3Port: s3Port ?? '' })
    await page.locator('#screen video').waitFor()
  })

  it("lets people choose among the server's rules", async () => {
    const rules = join(await temporaryDirectory(), 'rules.mjs')
    await writeFile(
      rules,
      `export const rules = {
        notes: { types: ['text/plain'], maxSize: '1 KiB', public: true },
        pictures: { types: ['image/*'], maxSize: '5 MiB', public: true },
      }`,
    )
    const dev = await startDev(await temporaryDirectory(), { rules })
    const { page } = await openPage(browser(), dev.url)
    await page.getByText('up to 1 kB each').waitFor()
    await page.getByLabel('Rule').selectOption('pictures')
    await page.getByText('Accepted: images').waitFor()
    const note = { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a') }
    await chooseFiles(page, note)
    await page.getByText('Wrong file type').first().waitFor()
    await page.getByLabel('Rule').selectOption('notes')
    await chooseFiles(page, note)
    await page.getByRole('link', { name: 'Save a.txt' }).waitFor()
  })
})
