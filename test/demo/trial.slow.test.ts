/**
 * "Break the line": the bad line, the parts that S3 has, and the same bytes afterwards.
 *
 * Slow: the line is slowed down on purpose, so that there is something to see.
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
    expect(await page.locator('.squares').getAttribute('aria-label')).toMatch(/^\d of \d parts$/)
    expect(await page.locator('#parts p').textContent()).toMatch(/S3 has \d parts?, [\d.]+ MB$/)
    await page.getByLabel('good', { exact: true }).check()
    await eventually(() => page.locator('#status').textContent()).toMatch(/^Verified/)
    await eventually(() => page.locator('#no-parts').isVisible()).toBe(true)
  })

  it('shows no upload that was aborted before S3 had a part of it', async () => {
    const { page } = await openPage(browser(), running().url)
    await page.route('**/api/unfinished', (route) =>
      route.fulfill({
        json: [
          { key: 'a/dead.mp4', uploadId: 'u', parts: [] },
          { key: 'a/left.mp4', uploadId: 'v', parts: [{ partNumber: 1, size: 8_000_000 }] },
        ],
      }),
    )
    await page.reload()
    await eventually(() => page.locator('#parts p').allTextContents()).toEqual([
      'left.mp4: S3 has 1 part, 8.0 MB',
    ])
  })

  it('cuts an upload that began while the connection was good', async () => {
    const { page } = await openPage(browser(), running().url)
    await throttleUploads(page, 4 * MIB)
    await chooseFiles(page, await fileOf('begun.mp4'))
    await eventually(() => page.locator('#status').textContent()).toBe('Sending')
    await page.getByLabel('cut: nothing gets through').check()
    await eventually(() => page.locator('#status').textContent()).toBe('Waiting')
    await throttleUploads(page, -1)
    await page.getByLabel('good', { exact: true }).check()
    await eventually(() => page.locator('#status').textContent()).toMatch(/^Verified/)
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
  })
})
