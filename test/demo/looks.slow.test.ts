/**
 * What every visitor needs of the page: to read it, to reach it by keyboard, to see it on a phone,
 * and to see nothing jump.
 *
 * Slow: axe reads the whole page in every state and in both color schemes, the dark one on a phone.
 * `upload.test.ts` is the part in `npm test`.
 *
 * @module
 */

import {
  CLIP,
  chooseFiles,
  eventually,
  openPage,
  sharedBrowser,
  throttleUploads,
  videoOf,
  violations,
} from '@waybill/test-support/demo-browser'
import { sharedDev, startDev, temporaryDirectory } from '@waybill/test-support/waybill-process'
import type { Page } from 'playwright'
import { describe, expect, it } from 'vitest'

const browser = sharedBrowser()
const running = sharedDev()
const MIB = 1024 ** 2

/** Its first bytes are an MP4's, and no browser can play the rest. */
const BROKEN = {
  name: 'broken.mp4',
  mimeType: 'video/mp4',
  buffer: Buffer.concat([Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isomiso2'), Buffer.alloc(1000)]),
}
const PAGE = { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<p>') }
const TABLE = { name: 'sums.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') }
/** How far the page can be scrolled sideways. */
const SPILL = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

/** The states of the page, each brought about as a person would. */
const STATES = {
  idle: (page: Page) => page.getByText('Accepted:').waitFor(),
  sending: async (page: Page) => {
    await throttleUploads(page, MIB / 8)
    const buffer = await videoOf(4 * MIB)
    await chooseFiles(page, { name: 'slow.mp4', mimeType: 'video/mp4', buffer })
    await page
      .getByText(/ left$/)
      .first()
      .waitFor()
  },
  played: async (page: Page) => {
    await chooseFiles(page, CLIP)
    await page.locator('#screen video').waitFor()
  },
  'showing a video that cannot be played': async (page: Page) => {
    await chooseFiles(page, BROKEN)
    await page.getByText('this page cannot show it').waitFor()
  },
  'showing a table': async (page: Page) => {
    await chooseFiles(page, TABLE)
    await page.getByText('It is in the bucket, but this page cannot show it').waitFor()
  },
  refused: async (page: Page) => {
    await chooseFiles(page, PAGE)
    // Shown, and for a moment said to those who hear the page.
    await page.getByText('Wrong file type').first().waitFor()
  },
} as const

const schemes = ['light', 'dark'] as const
const states = [
  'idle',
  'sending',
  'played',
  'showing a video that cannot be played',
  'refused',
] as const
const cases = schemes.flatMap((scheme) => states.map((state) => [state, scheme] as const))

describe('the demo page', () => {
  it.each(cases)('is accessible while %s, %s', async (state, colorScheme) => {
    const viewport = colorScheme === 'dark' ? { width: 360, height: 740 } : null
    const { page } = await openPage(browser(), running().url, { colorScheme, viewport })
    await STATES[state](page)
    expect(await violations(page)).toEqual([])
    expect(await page.evaluate(SPILL)).toBe(0)
  })

  it.each(schemes)('keeps the current row visible in forced colors, %s', async (colorScheme) => {
    const options = { forcedColors: 'active', colorScheme } as const
    const { page } = await openPage(browser(), running().url, options)
    await STATES['showing a table'](page)
    const row = page.locator('.row[aria-current]')
    await row.waitFor()
    expect(await row.evaluate((current) => getComputedStyle(current).borderLeftWidth)).toBe('4px')
  })

  it.each(['showing a video that cannot be played', 'showing a table'] as const)(
    'announces no failure while %s',
    async (state) => {
      const { page } = await openPage(browser(), running().url)
      await STATES[state](page)
      // To eyes, too: what is there for screen readers alone is clipped away.
      const told = page.locator('#screen p')
      expect(await told.evaluate((shown) => getComputedStyle(shown).clipPath)).toBe('none')
      expect(await page.locator('#label .stamp').getAttribute('data-word')).toBe('STORED')
    },
  )

  it.each([
    [360, 740],
    [1280, 800],
  ])('does not jump while a file is sent, %i wide', async (width, height) => {
    // Of its own: in a list that was empty, no row has to make room for the new one.
    const dev = await startDev(await temporaryDirectory())
    const { page } = await openPage(browser(), dev.url, { viewport: { width, height } })
    await page.evaluate(() => {
      Object.assign(globalThis, { shifted: 0 })
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          Reflect.set(
            globalThis,
            'shifted',
            Reflect.get(globalThis, 'shifted') + Reflect.get(entry, 'value'),
          )
        }
      }).observe({ type: 'layout-shift', buffered: true })
    })
    await throttleUploads(page, 4 * MIB)
    const buffer = await videoOf(8 * MIB)
    await chooseFiles(page, { name: 'still.mp4', mimeType: 'video/mp4', buffer })
    await page.locator('#screen video').waitFor()
    // Rows come and figures grow. A tenth is what browsers' makers call good: this is much less.
    expect(await page.evaluate('shifted')).toBeLessThan(0.03)
  })

  it.each([
    [390, 844],
    [768, 1024],
    [1280, 900],
    [1440, 900],
  ])('plays below the list, with three rows still visible, %i wide', async (width, height) => {
    const dev = await startDev(await temporaryDirectory())
    const { page } = await openPage(browser(), dev.url, { viewport: { width, height } })
    const files = ['a.csv', 'b.csv'].map((name) => ({ name, mimeType: 'text/csv' }))
    await chooseFiles(
      page,
      files.map((file) => ({ ...file, buffer: Buffer.from('a,b') })),
    )
    await page.getByRole('link', { name: 'Save a.csv' }).waitFor()
    await page.getByRole('link', { name: 'Save b.csv' }).waitFor()
    await STATES.played(page)
    await eventually(() => page.locator('#rows .row').count()).toBe(3)
    const screen = await page.locator('#screen').boundingBox()
    const last = await page.locator('#rows .row').last().boundingBox()
    if (!last || !screen) throw new Error('the list or the screen is not visible')
    expect(last.y + last.height).toBeLessThanOrEqual(screen.y)
  })

  it.each([390, 1280])(
    'shows the whole button that clears finished files, %i wide',
    async (width) => {
      const { page } = await openPage(browser(), running().url, {
        viewport: { width, height: 900 },
      })
      await chooseFiles(page, [TABLE, { ...TABLE, name: 'more.csv' }])
      const button = await page.getByRole('button', { name: 'Clear finished' }).boundingBox()
      const card = await page.locator('.uploads').boundingBox()
      if (!button || !card) throw new Error('the button is not visible')
      expect(button.x + button.width).toBeLessThan(card.x + card.width)
    },
  )

  it('fits all that a lie needs into one window, 1280 wide', async () => {
    const viewport = { width: 1280, height: 800 }
    const { page } = await openPage(browser(), running().url, { viewport })
    await STATES.played(page)
    const cards = page.locator('.send, .label, .bucket, .lies, .answer')
    const bottomsOf = (shown: typeof cards) =>
      shown.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().bottom))
    expect(await bottomsOf(cards)).toHaveLength(5)
    expect(Math.max(...(await bottomsOf(cards)))).toBeLessThanOrEqual(800)
    const lines = await page
      .locator('.card h2')
      .evaluateAll((titles) => titles.map((title) => title.getClientRects().length))
    expect(new Set(lines)).toEqual(new Set([1]))
  })

  it('keeps the label in view while people lie, 768 wide', async () => {
    const viewport = { width: 768, height: 1024 }
    const { page } = await openPage(browser(), running().url, { viewport })
    await STATES.played(page)
    await page.getByRole('button', { name: 'Send to S3' }).click()
    await page.locator('#label .stamp').getByText('REFUSED').waitFor()
    const top = await page.locator('.label').evaluate((label) => label.getBoundingClientRect().top)
    expect(top).toBeGreaterThanOrEqual(0)
  })

  it('shows the button that sends a lie together with its result, 390 wide', async () => {
    const viewport = { width: 390, height: 844 }
    const { page } = await openPage(browser(), running().url, { viewport })
    await STATES.played(page)
    await page.getByRole('button', { name: 'Send to S3' }).click()
    await page.locator('#result b').waitFor()
    const send = await page.getByRole('button', { name: 'Send to S3' }).boundingBox()
    const result = await page.locator('#result').boundingBox()
    if (!send || !result) throw new Error('the button or the result is not visible')
    expect(result.y + result.height - send.y).toBeLessThan(844 / 3)
  })

  it.each([360, 1280])('ends a long name before the buttons, %i wide', async (width) => {
    const dev = await startDev(await temporaryDirectory())
    const { page } = await openPage(browser(), dev.url, { viewport: { width, height: 800 } })
    const name = 'A rather long name for the recording of a whole summer.csv'
    await chooseFiles(page, { name, mimeType: 'text/csv', buffer: Buffer.from('a,b') })
    const button = await page.getByRole('link', { name: `Save ${name}` }).boundingBox()
    const end = await page.locator('.row .end').boundingBox()
    if (!button || !end) throw new Error('the row is not visible')
    expect(end.x + end.width).toBeLessThanOrEqual(button.x)
  })

  it('can be used by keyboard, and shows where the focus is', async () => {
    const { page } = await openPage(browser(), running().url)
    await page.getByText('Accepted:').waitFor()
    // Long before the key, since the browser has to be told first.
    const chooser = page.waitForEvent('filechooser')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    const zone = page.locator('waybill-upload .zone:focus')
    await zone.waitFor()
    expect(await zone.evaluate((button) => getComputedStyle(button).outlineStyle)).toBe('solid')
    await page.keyboard.press('Space')
    await (await chooser).setFiles(CLIP)
    await page.locator('#screen video').waitFor()
  })

  it('has few tab stops before the lies, however many objects there are', async () => {
    const dev = await startDev(await temporaryDirectory())
    const { page } = await openPage(browser(), dev.url)
    const names = Array.from({ length: 10 }, (_, index) => `${index}.csv`)
    await chooseFiles(
      page,
      names.map((name) => ({ ...TABLE, name })),
    )
    await eventually(() => page.locator('#summary').textContent()).toBe('10 objects')
    await eventually(() => page.locator('#rows .row').count()).toBe(8)
    await page.getByRole('button', { name: 'Show all 10' }).press('Enter')
    await page.locator('#rows .row:nth-child(9) a:focus').waitFor()
    expect(await page.locator('#rows .row').count()).toBe(10)
  })

  it('has no motion for people who prefer less', async () => {
    const { page } = await openPage(browser(), running().url, { reducedMotion: 'reduce' })
    await STATES.played(page)
    const video = page.locator('#screen video')
    expect(await video.evaluate((element: HTMLVideoElement) => element.autoplay)).toBe(false)
  })
})

describe('simple.html', () => {
  it.each(schemes)('is accessible, %s and narrow', async (colorScheme) => {
    const viewport = { width: 360, height: 740 }
    const url = `${running().url}/simple.html`
    const { page } = await openPage(browser(), url, { colorScheme, viewport })
    await page.getByLabel('Choose a video').setInputFiles(CLIP)
    await eventually(() => page.locator('output').textContent()).toContain('204')
    expect(await violations(page)).toEqual([])
    expect(await page.evaluate(SPILL)).toBe(0)
  })

  it('does not wrap its lines of code, which scroll in their frame', async () => {
    const viewport = { width: 360, height: 740 }
    const { page } = await openPage(browser(), `${running().url}/simple.html`, { viewport })
    const scrolled = await page.locator('pre').evaluate((code) => {
      code.scrollLeft = 1000
      return code.scrollLeft
    })
    expect(scrolled).toBeGreaterThan(0)
    await page.keyboard.press('Shift+Tab')
    await page.locator('pre:focus').waitFor()
  })
})
