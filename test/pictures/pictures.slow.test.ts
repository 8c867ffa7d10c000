/**
 * Makes the pictures in the docs and compares them with those in the repository, so that a broken
 * look is noticed. The comparison is coarse: another version of Chromium draws text differently.
 *
 * Slow: photographs pages at twice the resolution.
 * `packages/waybill/test/element/upload.browser.test.ts` tests the element itself.
 *
 * @module
 */

import { readFile } from 'node:fs/promises'
import { sharedChromium } from '@waybill/test-support/chromium'
import type { Browser } from 'playwright'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { DEMO_PICTURES, photographDemo } from '../../tools/pictures/demo-page.ts'
import { differenceOf } from '../../tools/pictures/difference.ts'
import { DOCS_PICTURES, photograph } from '../../tools/pictures/docs-pictures.ts'
import { openStates } from '../../tools/pictures/element.ts'

const FOLDER = new URL('../../docs/pictures/', import.meta.url)
const MOST_HEIGHT = 0.03
const MOST_SQUARES = 0.02
/** Keys, hashes and their bar code are different each time. */
const MOST_DEMO_SQUARES = 0.06

let browser: Browser
beforeAll(async () => {
  browser = await sharedChromium()
})

describe('the pictures in the docs', () => {
  it.each(DOCS_PICTURES)('show how the element looks: $file', async (picture) => {
    const committed = await readFile(new URL(picture.file, FOLDER))
    const difference = await differenceOf(browser, committed, await photograph(browser, picture))
    const hint = `${picture.file} looks different. If that is intended, run npm run pictures`
    expect(difference.height, hint).toBeLessThan(MOST_HEIGHT)
    expect(difference.squares, hint).toBeLessThan(MOST_SQUARES)
  })

  it.each(DEMO_PICTURES)('show how the demo page looks: $file', async (picture) => {
    const committed = await readFile(new URL(picture.file, FOLDER))
    const taken = await photographDemo(browser, picture)
    const difference = await differenceOf(browser, committed, taken)
    const hint = `${picture.file} looks different. If that is intended, run npm run pictures`
    expect(difference.height, hint).toBeLessThan(MOST_HEIGHT)
    expect(difference.squares, hint).toBeLessThan(MOST_DEMO_SQUARES)
  })

  it.each([
    ['without its styles', '*, ::before, ::after { all: revert !important }'],
    ['without its bars', 'progress, .bar { visibility: hidden !important }'],
    ['without its colors', ':host { filter: grayscale(1) invert(1) }'],
  ])('differ from an element %s', async (_name, css) => {
    const picture = DOCS_PICTURES.find(({ file }) => file === 'element-light.png')
    if (!picture) throw new Error('there is no such picture')
    const committed = await readFile(new URL(picture.file, FOLDER))
    const { page } = await openStates(browser, picture.variant, [picture.scene])
    onTestFinished(() => page.context().close())
    await page.locator('section').evaluate((section, text) => {
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(text)
      section.shadowRoot?.adoptedStyleSheets.push(sheet)
    }, css)
    const broken = await page.locator('section').screenshot()
    const { height, squares } = await differenceOf(browser, committed, broken)
    expect(height > MOST_HEIGHT || squares > MOST_SQUARES).toBe(true)
  })
})
