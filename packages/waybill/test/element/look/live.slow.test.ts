/**
 * What is seen while real files are sent: what they look like, that nothing jumps, and what time
 * changes.
 *
 * Slow: a video is played and a file sent slowly, to see that nothing jumps.
 * `packages/waybill/test/element/upload.browser.test.ts` draws the rows.
 *
 * @module
 */

import { sharedChromium } from '@waybill/test-support/chromium'
import { CLIP, eventually } from '@waybill/test-support/demo-browser'
import { RECORDED_PARTS } from '@waybill/test-support/element-application'
import type { Browser } from 'playwright'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { WaybillUploadElement } from 'waybill/element'
import { filesOf, type LivePage, openLivePage } from '../announcements/live-page.ts'

const MB = 1_000_000

let browser: Browser
beforeAll(async () => {
  browser = await sharedChromium()
})

/** @see https://wicg.github.io/layout-instability/#sec-layout-shift */
interface Shift {
  readonly sources: readonly { readonly previousRect: DOMRect; readonly currentRect: DOMRect }[]
}

async function open(bytesPerSecond: number): Promise<LivePage> {
  const live = await openLivePage(browser, bytesPerSecond)
  onTestFinished(live.close)
  return live
}

describe('a row', () => {
  it('shows a frame of a video', async () => {
    const { page } = await open(100 * MB)
    await page.locator('input[type=file]').setInputFiles(CLIP)
    const video = page.locator('.thumb video')
    const frame = () =>
      video.evaluate((element) =>
        element instanceof HTMLVideoElement && element.readyState > 1 ? element.videoWidth : 0,
      )
    await eventually(frame).toBeGreaterThan(0)
    expect(await video.isVisible()).toBe(true)
  })

  it('shows the icon instead of an image that cannot be displayed', async () => {
    const { page } = await open(100 * MB)
    await page.locator('input[type=file]').setInputFiles([...filesOf(1, 1000)])
    await page.locator('.row.done').waitFor()
    await eventually(() => page.locator('.thumb img').isVisible()).toBe(false)
    expect(await page.locator('.thumb svg.image').isVisible()).toBe(true)
  })
})

describe('a collapsed list', () => {
  it('moves nothing under the pointer, and then shows the files in flight', async () => {
    const { page } = await open(100 * MB)
    const element = page.locator('waybill-upload')
    await element.evaluate((one) => one.setAttribute('autostart', 'false'))
    await page.locator('input[type=file]').setInputFiles([...filesOf(12, 1000)])
    const names = () => page.locator('.row .name > .unseen').allTextContents()
    const first = Array.from({ length: 8 }, (_, index) => `photo-${index + 1}.jpg`)
    await eventually(names).toEqual(first)
    await page.locator('.row').nth(3).hover()
    await page.clock.install()
    const orders = await page.evaluateHandle(() => {
      const root = document.querySelector('waybill-upload')?.shadowRoot
      const seen = new Set<string>()
      new MutationObserver(() => {
        const rows = [...(root?.querySelectorAll('.row .name > .unseen') ?? [])]
        seen.add(rows.map(({ textContent }) => textContent).join())
      }).observe(root ?? document, { attributes: true, childList: true, subtree: true })
      return seen
    })
    await element.evaluate((one: WaybillUploadElement) => {
      for (const { id } of one.items.slice(0, 8)) one.start(id)
    })
    await eventually(() => page.locator('.row.done').count()).toBe(8)
    await page.clock.fastForward('00:10')
    await page.clock.fastForward('00:10')
    expect(await orders.evaluate((seen) => [...seen])).toEqual([first.join()])
    await page.mouse.move(0, 0)
    await eventually(names).toEqual([
      ...first.slice(0, 4),
      ...[9, 10, 11, 12].map((n) => `photo-${n}.jpg`),
    ])
  })
})

describe('the surrounding page', () => {
  it("does not jump between the row's appearance and the file's storage", async () => {
    const { page } = await open(MB)
    await page.locator('input[type=file]').setInputFiles([...filesOf(1, 3 * MB)])
    await page.locator('.row').waitFor()
    await page.evaluate(() => {
      const jumps: string[] = []
      Object.assign(globalThis, { jumps })
      // Also a text that is written anew in its place counts: only places are compared.
      const places = ({ sources }: Shift) =>
        sources
          .map(({ previousRect, currentRect }) =>
            [previousRect, currentRect].map((rect) => JSON.stringify(rect)),
          )
          .filter(([before, after]) => before !== after)
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
          jumps.push(...places(entry as PerformanceEntry & Shift).map(String))
      }).observe({ type: 'layout-shift' })
    })
    await page.locator('.row.done').waitFor()
    expect(await page.evaluate('jumps')).toEqual([])
  })

  it('leaves room for 100 % from the start, as each language writes it', async () => {
    const { page } = await open(MB)
    await page.locator('input[type=file]').setInputFiles([...filesOf(1, 1000)])
    await page.locator('.row.done').waitFor()
    const widths = await page.locator('.row .percent').evaluate((place) =>
      ['en', 'ar', 'de', 'es', 'fr', 'ja', 'pt'].map((language) =>
        [0, 1].map((share) => {
          const copy = document.createElement('span')
          copy.className = place.className
          copy.textContent = new Intl.NumberFormat(language, { style: 'percent' }).format(share)
          place.after(copy)
          const { width } = copy.getBoundingClientRect()
          copy.remove()
          return width
        }),
      ),
    )
    for (const [none, all] of widths) expect(all).toBe(none)
  })
})

describe('an interrupted row', () => {
  it('updates how long ago that was, and stops with the element', async () => {
    const { page } = await open(MB)
    await page.locator('input[type=file]').setInputFiles([...filesOf(1, 12 * MB)])
    await eventually(() => page.evaluate(RECORDED_PARTS)).toBeDefined()
    await page.clock.install()
    await page.reload()
    const words = page.locator('.row.interrupted .words')
    await words.waitFor()
    const minutesAgo = async () =>
      Number(/(\d+) minutes ago/.exec((await words.textContent()) ?? '')?.[1])
    for (const minutes of [5, 10]) {
      await page.clock.fastForward('05:00')
      await eventually(minutesAgo).toBeGreaterThanOrEqual(minutes)
    }
    await page.evaluate(TAKE_OUT)
    await page.clock.fastForward('05:00')
    expect(await page.evaluate('drawn')).toBe(0)
  })
})

/** Takes the element out of the page while it is to be drawn, and counts further drawings. */
const TAKE_OUT = `(() => {
  const element = document.querySelector('waybill-upload')
  element.lang = 'en'
  element.remove()
  globalThis.drawn = 0
  element.requestUpdate = () => { drawn += 1 }
})()`
