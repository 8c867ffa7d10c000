/**
 * What the page says without its colors. What the element says is in `packages/waybill/test/element`.
 *
 * Slow: each test opens a page in Chromium and waits for what it says. `upload.test.ts` is the part in `npm test`.
 *
 * @module
 */

import {
  chooseFiles,
  eventually,
  openPage,
  sharedBrowser,
} from '@waybill/test-support/demo-browser'
import { sharedDev } from '@waybill/test-support/waybill-process'
import type { Page } from 'playwright'
import { describe, expect, it } from 'vitest'

const browser = sharedBrowser()
const running = sharedDev()

const CSV = { name: 'sums.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') }

/** A video that no browser decodes: it is stored, and cannot be played here. */
const UNPLAYABLE = {
  name: 'odd.mp4',
  mimeType: 'video/mp4',
  buffer: Buffer.concat([
    Buffer.from([0, 0, 0, 24]),
    Buffer.from('ftypisom\0\0\0\0isomhvc1', 'latin1'),
    Buffer.alloc(1000),
  ]),
}

function choose(page: Page, files: typeof CSV | readonly (typeof CSV)[]): Promise<void> {
  return chooseFiles(page, [files].flat())
}

function colorOf(page: Page, selector: string): Promise<string> {
  return page.locator(selector).evaluate((shown) => getComputedStyle(shown).color)
}

describe('a stored file', () => {
  it.each([CSV, UNPLAYABLE])('is not announced as a failure: $name', async (file) => {
    const { page } = await openPage(browser(), running().url)
    await choose(page, file)
    const told = page.locator('#screen p')
    await told.waitFor()
    expect(await told.textContent()).toMatch(/^It is in the bucket, but this page cannot show it/)
    // To eyes, too: what is there for screen readers alone is clipped away.
    expect(await told.evaluate((shown) => getComputedStyle(shown).clipPath)).toBe('none')
    expect(await page.locator('#shown-name').textContent()).toBe(file.name)
    expect(await page.locator('#status').getAttribute('data-mood')).toBe('good')
  })

  it('is red if it was rejected', async () => {
    const { page } = await openPage(browser(), running().url)
    await choose(page, { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<p>') })
    await eventually(() => page.locator('#status').textContent()).toBe('Not stored')
    expect(await page.locator('#status').getAttribute('data-mood')).toBe('bad')
    expect(await colorOf(page, '#status')).not.toBe(await colorOf(page, 'body'))
  })
})

describe('forced colors', () => {
  it.each(['light', 'dark'] as const)('keep the current row visible, %s', async (colorScheme) => {
    const { page } = await openPage(browser(), running().url, {
      forcedColors: 'active',
      colorScheme,
    })
    await choose(page, CSV)
    const row = page.locator('.row[aria-current]')
    await row.waitFor()
    expect(await row.evaluate((current) => getComputedStyle(current).borderLeftWidth)).toBe('4px')
  })
})
