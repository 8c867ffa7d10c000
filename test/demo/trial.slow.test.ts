/**
 * "Try to break it": S3's own refusals of forms that lie, the bad line, and the parts that S3 has.
 *
 * Slow: the line is slowed down on purpose, so that there is something to see.
 * `packages/waybill/test/cli/hostile-forms.test.ts` has S3's refusals, `test/faults/single-faults.test.ts` the bad
 * line.
 *
 * @module
 */

import {
  chooseFiles,
  eventually,
  openPage,
  sharedBrowser,
  videoOf,
} from '@waybill/test-support/demo-browser'
import { sharedDev } from '@waybill/test-support/waybill-process'
import { describe, expect, it } from 'vitest'

const browser = sharedBrowser()
const running = sharedDev()
const MIB = 1024 ** 2

const REFUSALS = {
  'A bigger file': /S3 answered 400 (EntityTooLarge|BadDigest|XAmzContentSHA256Mismatch)/,
  'Another type': /S3 answered 403 AccessDenied: .*Content-Type/i,
  'Other bytes': /S3 answered 400 (BadDigest|XAmzContentChecksumMismatch)/,
  'The same form again': /S3 answered 4\d\d /,
  'Another key': /S3 answered 403 AccessDenied: .*key/i,
}

describe('trying to break it', () => {
  it('shows how S3 itself refuses each form that lies', async () => {
    const { page, complaints } = await openPage(browser(), running().url)
    const result = page.locator('#lie-result')
    for (const [name, refusal] of Object.entries(REFUSALS)) {
      await page.getByRole('button', { name, exact: true }).click()
      await eventually(() => result.textContent()).toMatch(/S3|refused/)
      await eventually(() => result.textContent()).toMatch(refusal)
    }
    // The browser logs each refusal; nothing else went wrong.
    expect(complaints.filter((text) => !text.includes('Failed to load resource'))).toEqual([])
  })

  it('draws the parts that S3 has while the line is bad, and the file arrives', async () => {
    const { page } = await openPage(browser(), running().url)
    await page.getByLabel('bad: slow, and one request in four breaks').check()
    const buffer = await videoOf(24 * MIB)
    await chooseFiles(page, { name: 'parts.mp4', mimeType: 'video/mp4', buffer })
    const stored = page.locator('.squares i.stored')
    await eventually(() => stored.count()).toBeGreaterThan(0)
    expect(await page.locator('.squares').getAttribute('aria-label')).toMatch(/^\d of \d parts$/)
    expect(await page.locator('#parts p').textContent()).toMatch(/S3 has \d parts?, [\d.]+ MB$/)
    await page.getByLabel('good', { exact: true }).check()
    await eventually(() => page.locator('#status').textContent()).toMatch(/^Verified/)
    await eventually(() => page.locator('#no-parts').isVisible()).toBe(true)
  })

  it('shows no upload that was given up before S3 had a part of it', async () => {
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

  it('says so while the line is cut', async () => {
    const { page } = await openPage(browser(), running().url)
    await page.getByLabel('bad: slow, and one request in four breaks').check()
    const buffer = await videoOf(24 * MIB)
    await chooseFiles(page, { name: 'cut.mp4', mimeType: 'video/mp4', buffer })
    await eventually(() => page.locator('.squares i.stored').count()).toBeGreaterThan(0)
    await page.getByLabel('cut: nothing gets through').check()
    await eventually(() => page.locator('#status').textContent()).toBe('Waiting')
    await page.getByLabel('good', { exact: true }).check()
    await eventually(() => page.locator('#status').textContent()).toMatch(/^Verified/)
  })
})
