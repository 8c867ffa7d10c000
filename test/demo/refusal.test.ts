/**
 * What the page says when something does not go as a person wanted, and what they can do then.
 *
 * @module
 */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listObjects } from '../cli/upload-form.ts'
import { MP4 } from '../support/samples.ts'
import { startDev, temporaryDirectory } from '../support/waybill-process.ts'
import { CLIP, eventually, openPage, sharedBrowser } from './browser.ts'

const browser = sharedBrowser()

describe('the page', () => {
  it('says which types are allowed, and offers no second try at the same file', async () => {
    const dev = await startDev(await temporaryDirectory())
    const { page } = await openPage(browser(), dev.url)
    const buffer = Buffer.from('<p>')
    const file = { name: 'page.html', mimeType: 'text/html', buffer }
    await page.getByLabel('Choose files').setInputFiles(file)
    const refusal = page.locator('#refusal')
    await refusal.waitFor()
    const text = await refusal.textContent()
    expect(text).toContain('page.html was not stored')
    expect(text).toContain('video/*')
    expect(text).toContain('--rules')
    expect(await page.getByRole('button', { name: 'Try again' }).isVisible()).toBe(false)
    await eventually(() => page.getByRole('alert').textContent()).toContain('page.html: Not stored')
    expect(await page.locator('.row .verdict[data-verdict="rejected"]').textContent()).toBe(
      'Not stored',
    )
    await page.getByRole('button', { name: 'Why page.html was not stored' }).click()
    await page.getByRole('button', { name: 'Dismiss' }).focus()
    await page.keyboard.press('Enter')
    await page.locator('#prompt:focus').waitFor()
    expect(await page.getByRole('listitem').count()).toBe(0)
    expect((await listObjects(dev.url)).count).toBe(0)
  })

  it('says that the server is gone, and goes on once it is back', async () => {
    const home = await temporaryDirectory()
    const first = await startDev(home)
    const { page } = await openPage(browser(), first.url)
    // The page has what it needs once nothing of it is loading any more.
    await page.waitForLoadState('networkidle')
    first.child.kill('SIGKILL')
    await first.exit
    await page.getByLabel('Choose files').setInputFiles(CLIP)
    await eventually(() => page.locator('#trouble').textContent()).toContain(
      'Check that waybill dev is still running',
    )
    const [port, s3Port] = [first.url, first.s3Url].map((url) => new URL(url).port)
    await startDev(home, { port: port ?? '', s3Port: s3Port ?? '' })
    await page.locator('#player video').waitFor()
  })

  it('lets people choose among the rules of the server', async () => {
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
    const accepted = page.locator('#accepted')
    await eventually(() => accepted.textContent()).toBe('text, up to 1 KiB')
    await page.getByLabel('Rule').selectOption('pictures')
    expect(await accepted.textContent()).toBe('image, up to 5 MiB')
    const note = { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a') }
    await page.getByLabel('Choose files').setInputFiles(note)
    await page.locator('#refusal').waitFor()
    await page.getByLabel('Rule').selectOption('notes')
    await page.getByLabel('Choose files').setInputFiles(note)
    await page.getByRole('link', { name: 'Save a.txt' }).waitFor()
  })

  it('says so when it cannot show what was stored', async () => {
    const dev = await startDev(await temporaryDirectory())
    const { page } = await openPage(browser(), dev.url)
    const file = { name: 'broken.mp4', mimeType: 'video/mp4', buffer: MP4 }
    await page.getByLabel('Choose files').setInputFiles(file)
    await page.locator('#refusal').waitFor()
    expect(await page.locator('#refusal').textContent()).toContain('cannot show it')
    expect(await page.getByRole('link', { name: 'Save broken.mp4' }).isVisible()).toBe(true)
  })
})
