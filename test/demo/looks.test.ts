/**
 * What every visitor needs of the page: to read it, to reach it by keyboard, to see it on a phone, and to see nothing
 * jump.
 *
 * @module
 */

import type { Page } from 'playwright'
import { describe, expect, it } from 'vitest'
import { sharedDev, startDev, temporaryDirectory } from '../support/waybill-process.ts'
import {
  CLIP,
  eventually,
  openPage,
  sharedBrowser,
  throttleUploads,
  videoOf,
  violations,
} from './browser.ts'

const browser = sharedBrowser()
const running = sharedDev()
const MIB = 1024 ** 2

const PAGE = { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<p>') }

/** The states of the page, each brought about as a person would. */
const STATES = {
  idle: (page: Page) => page.locator('#accepted').waitFor(),
  sending: async (page: Page) => {
    await throttleUploads(page, MIB / 2)
    const buffer = await videoOf(4 * MIB)
    await chosen(page, { name: 'slow.mp4', mimeType: 'video/mp4', buffer })
    await eventually(() => page.locator('#rate').textContent()).not.toBe('')
  },
  played: async (page: Page) => {
    await chosen(page, CLIP)
    await page.locator('#player video').waitFor()
  },
  refused: async (page: Page) => {
    await chosen(page, PAGE)
    await page.locator('#refusal').waitFor()
  },
} as const

function chosen(page: Page, file: string | typeof PAGE): Promise<void> {
  return page.getByLabel('Choose files').setInputFiles(file)
}

const schemes = ['light', 'dark'] as const
const states = ['idle', 'sending', 'played', 'refused'] as const
const cases = schemes.flatMap((scheme) => states.map((state) => [state, scheme] as const))

describe('the page', () => {
  it.each(cases)('can be read by everybody while %s, %s', async (state, colorScheme) => {
    const { page } = await openPage(browser(), running().url, { colorScheme })
    await STATES[state](page)
    expect(await violations(page)).toEqual([])
  })

  it.each(states)('fits a narrow screen while %s', async (state) => {
    const viewport = { width: 360, height: 740 }
    const { page } = await openPage(browser(), running().url, { viewport })
    await STATES[state](page)
    const spill = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement
      const stage = document.querySelector('.stage > div:not([hidden])')
      const tooHigh = stage ? stage.scrollHeight - stage.clientHeight : 0
      return { sideways: scrollWidth - clientWidth, tooHigh }
    })
    expect(spill).toEqual({ sideways: 0, tooHigh: 0 })
  })

  it.each([390, 1280])('shows the whole name of what it stored, %i wide', async (width) => {
    const viewport = { width, height: 800 }
    const { page } = await openPage(browser(), running().url, { viewport })
    await STATES.played(page)
    const name = page.locator('#to span').last()
    expect(await name.textContent()).toBe('/clip.mp4')
    const hidden = await name.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)
    expect(hidden).toBe(0)
  })

  it.each([
    [360, 740],
    [1280, 800],
  ])('does not jump while a file is sent, %i wide', async (width, height) => {
    // Of its own: in a list that was empty, no row has to make room for the new one.
    const dev = await startDev(await temporaryDirectory())
    const { page } = await openPage(browser(), dev.url, { viewport: { width, height } })
    await page.evaluate(() => {
      const jumps: string[] = []
      Object.assign(globalThis, { jumps })
      new PerformanceObserver((list) => {
        jumps.push(...list.getEntries().map((entry) => JSON.stringify(entry)))
      }).observe({ type: 'layout-shift', buffered: true })
    })
    await throttleUploads(page, 4 * MIB)
    const buffer = await videoOf(8 * MIB)
    await chosen(page, { name: 'still.mp4', mimeType: 'video/mp4', buffer })
    await page.locator('#player video').waitFor()
    expect(await page.evaluate('jumps')).toEqual([])
  })

  it('is reached by keyboard, and shows where the keyboard is', async () => {
    const { page } = await openPage(browser(), running().url)
    // Long before the key, since the browser has to be told first.
    const chooser = page.waitForEvent('filechooser')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    const focused = page.locator(':focus')
    expect(await focused.getAttribute('id')).toBe('file')
    const outline = await page
      .locator('label.button')
      .evaluate((label) => getComputedStyle(label).outlineStyle)
    expect(outline).toBe('solid')
    await page.keyboard.press('Space')
    await (await chooser).setFiles(CLIP)
    await page.locator('#player video').waitFor()
  })

  it('tells screen readers how an upload goes', async () => {
    const { page } = await openPage(browser(), running().url)
    await page.evaluate(() => {
      const region = document.querySelector('#announcement')
      const said: string[] = []
      Object.assign(globalThis, { said })
      const note = () => void said.push(region?.textContent ?? '')
      if (region) new MutationObserver(note).observe(region, { childList: true })
    })
    await throttleUploads(page, 2 * MIB)
    const buffer = await videoOf(8 * MIB)
    await chosen(page, { name: 'told.mp4', mimeType: 'video/mp4', buffer })
    await page.locator('#player video').waitFor()
    const said = (): Promise<readonly string[]> => page.evaluate('said')
    await eventually(async () => (await said()).at(-1)).toBe('told.mp4: Delivered, 100 %')
    expect(await said()).toContainEqual(expect.stringMatching(/^told\.mp4: Sending, \d+ %$/))
    expect((await said()).length).toBeLessThan(12)
  })

  it('keeps still for those who want less motion', async () => {
    const { page } = await openPage(browser(), running().url, { reducedMotion: 'reduce' })
    await STATES.played(page)
    const video = page.locator('#player video')
    expect(await video.evaluate((element: HTMLVideoElement) => element.autoplay)).toBe(false)
  })
})

describe('simple.html', () => {
  it.each(schemes)('can be read by everybody, %s and narrow', async (colorScheme) => {
    const viewport = { width: 360, height: 740 }
    const url = `${running().url}/simple.html`
    const { page } = await openPage(browser(), url, { colorScheme, viewport })
    await page.getByLabel('Choose a video').setInputFiles(CLIP)
    await eventually(() => page.locator('output').textContent()).toContain('204')
    expect(await violations(page)).toEqual([])
    const spill = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    expect(await page.evaluate(spill)).toBe(0)
  })
})
