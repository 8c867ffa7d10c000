/**
 * "Cut the connection": the bad connection, the parts that S3 has, and the same bytes afterwards.
 *
 * Slow: the connection is slowed down on purpose, so that there is something to see.
 * `test/faults/single-faults.test.ts` has the bad line.
 *
 * @module
 */

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  chooseFiles,
  eventually,
  openPage,
  sharedBrowser,
  throttleUploads,
  videoOf,
} from '@waybill/test-support/demo-browser'
import { sha256Of } from '@waybill/test-support/sha256-of'
import { sharedDev, temporaryDirectory } from '@waybill/test-support/waybill-process'
import { describe, expect, it } from 'vitest'

const browser = sharedBrowser()
const running = sharedDev()
const MIB = 1024 ** 2

/** A video that is sent in parts. */
async function fileOf(name: string): Promise<string> {
  const path = join(await temporaryDirectory(), name)
  await writeFile(path, await videoOf(24 * MIB))
  return path
}

describe('breaking the connection', () => {
  it('draws the parts that S3 has while the connection is bad, and the file arrives', async () => {
    const { page } = await openPage(browser(), running().url)
    await page.getByLabel('bad: slow, and one request in four breaks').check()
    await chooseFiles(page, await fileOf('parts.mp4'))
    const stored = page.locator('.squares i.stored')
    await eventually(() => stored.count()).toBeGreaterThan(0)
    expect(await page.locator('.squares i').count()).toBe(3)
    expect(await page.locator('#parts p').textContent()).toMatch(
      /S3 has \d of 3 parts, [\d.]+ MB of 25\.2 MB$/,
    )
    await page.getByLabel('good', { exact: true }).check()
    await page.locator('#label .stamp').getByText('STORED').waitFor()
    await eventually(() => page.locator('#no-parts').isVisible()).toBe(true)
  })

  it('cuts an upload that began while the connection was good', async () => {
    const { page } = await openPage(browser(), running().url)
    await throttleUploads(page, 4 * MIB)
    await chooseFiles(page, await fileOf('begun.mp4'))
    // All parts are outlined before S3 has one, and the page is about this file.
    await eventually(() => page.locator('.squares i').count()).toBe(3)
    expect(await page.locator('#label .file').textContent()).toBe('begun.mp4')
    await page.getByLabel('cut: nothing gets through').check()
    await page
      .getByText(/Retrying/)
      .first()
      .waitFor()
    await throttleUploads(page, -1)
    await page.getByLabel('good', { exact: true }).check()
    await page.locator('#label .stamp').getByText('STORED').waitFor()
  })

  it('compares the file with what the bucket returns, even after a reload', async () => {
    const { page } = await openPage(browser(), running().url)
    const file = await fileOf('same.mp4')
    const hex = Buffer.from(await sha256Of(await readFile(file)), 'base64').toString('hex')
    await page.getByLabel('bad: slow, and one request in four breaks').check()
    await chooseFiles(page, file)
    const hashes = page.locator('#same-bytes dd')
    await eventually(() => page.locator('.squares i.stored').count()).toBeGreaterThan(0)
    await eventually(() => hashes.first().textContent()).toBe(hex)
    page.on('dialog', (dialog) => dialog.accept())
    await page.getByRole('button', { name: 'Reload this page' }).click()
    await eventually(() => page.locator('.squares i.stored').count()).toBeGreaterThan(0)
    await page.getByLabel('good', { exact: true }).check()
    await chooseFiles(page, file)
    await page.getByText('The same bytes.').waitFor()
    expect(await hashes.allTextContents()).toEqual([hex, hex])
    // All of the page is about the resumed upload, whose signature it has not seen.
    expect(await page.locator('#label .file').textContent()).toBe('same.mp4')
    expect(await page.locator('#label').textContent()).toContain('Signed before this page')
    expect(await page.locator('#answer-text').textContent()).toContain('before this page')
    expect(await page.locator('.row[aria-current] .unseen').textContent()).toBe('same.mp4')
    await page.getByText('Nothing. Send a file').waitFor()
  })
})
