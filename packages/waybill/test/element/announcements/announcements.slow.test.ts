/**
 * What a screen reader is told of the element while real files are sent, what it finds, and how far
 * a keyboard comes alone.
 *
 * Slow: the live regions take their time, as a listener needs it.
 * `packages/waybill/test/element/announce/announcer.test.ts` has what is said, and when, by a clock of its own.
 *
 * @module
 */

import { sharedChromium } from '@waybill/test-support/chromium'
import { eventually, violations } from '@waybill/test-support/demo-browser'
import type { Browser, Page } from 'playwright'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { filesOf, type LivePage, openLivePage, type Told } from './live-page.ts'
import { choose, playScene, SCENES } from './scenes.ts'

const MB = 1_000_000

let browser: Browser
beforeAll(async () => {
  browser = await sharedChromium()
})

async function open(bytesPerSecond = 100 * MB): Promise<LivePage> {
  const live = await openLivePage(browser, bytesPerSecond)
  onTestFinished(live.close)
  return live
}

function textsOf(told: readonly Told[]): readonly string[] {
  return told.map(({ text }) => text)
}

/** Failures interrupt what is being read, and nothing else does. */
function roleOf(text: string): Told['role'] {
  return text.includes('not uploaded') ? 'alert' : 'status'
}

describe('the live regions', () => {
  it('tell of one upload: that it goes, how far, that it is over', async () => {
    const { page, told, untilTold } = await open(0.5 * MB)
    await choose(page, ...filesOf(1, 4 * MB))
    await untilTold(/ uploaded\.$/)
    const texts = textsOf(told)
    expect(texts[0]).toBe('photo-1.jpg: Uploading.')
    expect(texts.at(-1)).toBe('photo-1.jpg uploaded.')
    expect(texts.slice(1, -1)).not.toEqual([])
    for (const text of texts.slice(1, -1)) expect(text).toMatch(/^photo-1\.jpg: \d\d%\.$/)
  })

  it('tell of twelve in sums, with time to listen to each', async () => {
    const { page, told, untilTold } = await open(MB)
    await choose(page, ...filesOf(12, MB))
    await untilTold(/^All 12 files uploaded\.$/)
    expect(told.length).toBeGreaterThan(2)
    expect(told.length).toBeLessThan(8)
    for (const text of textsOf(told).slice(0, -1))
      expect(text).toMatch(/^(?:\d\d%\. )?\d+ of 12 files uploaded\.$/)
    const pauses = told.slice(1).map(({ seconds }, index) => seconds - (told[index]?.seconds ?? 0))
    expect(Math.min(...pauses)).toBeGreaterThan(3.5)
  })

  // The first two have tests of their own, above.
  it.each(SCENES.slice(2))('tell of $name', async (scene) => {
    const live = await open(scene.bytesPerSecond)
    await playScene(scene, live)
    expect(live.told.every(({ role, text }) => role === roleOf(text))).toBe(true)
  })
})

describe('the accessibility tree', () => {
  it('has a name for all that can be used', async () => {
    const { page, accessibilityTree } = await open(0.2 * MB)
    await choose(page, ...filesOf(2, MB))
    await page.locator('.uploading').first().waitFor()
    const tree = await accessibilityTree()
    expect(tree).toContain('button "Your photos: Add more files')
    expect(tree).toContain('list "Files"')
    for (const name of ['photo-1.jpg', 'photo-2.jpg']) {
      expect(tree).toContain(`progressbar "Progress of ${name}"`)
      expect(tree).toContain(`button "Pause ${name}"`)
      expect(tree).toContain(`button "Cancel ${name}"`)
    }
    expect(tree).toContain('progressbar "Progress of all files"')
    expect(tree).toContain('button "Pause all"')
    expect(await violations(page)).toEqual([])
  })
})

describe('a keyboard', () => {
  const focused = (page: Page) =>
    page.evaluate(() => {
      const inner = document.activeElement?.shadowRoot?.activeElement
      return (
        inner?.getAttribute('aria-label') ?? inner?.className ?? document.activeElement?.tagName
      )
    })

  it('chooses, pauses, goes on and removes, and never loses its place', async () => {
    const { page } = await open(0.2 * MB)
    // Long before the key, since the browser has to be told first.
    const chooser = page.waitForEvent('filechooser')
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('zone')
    await page.keyboard.press('Enter')
    await (await chooser).setFiles([...filesOf(2, MB)])
    await page.locator('.uploading').first().waitFor()
    await page.keyboard.press('Tab') // Pause all
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Pause photo-1.jpg')
    await page.keyboard.press('Space')
    await eventually(() => focused(page)).toBe('Resume photo-1.jpg')
    await page.keyboard.press('Space')
    await eventually(() => focused(page)).toBe('Pause photo-1.jpg')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await eventually(() => focused(page)).toBe('Undo removing photo-1.jpg')
    await page.keyboard.press('Enter')
    // Its row: the button that was pressed is gone.
    await eventually(() => focused(page)).toMatch(/^row /)
    await page.keyboard.press('Tab')
    expect(await focused(page)).toMatch(/^(?:Pause|Resume) photo-1\.jpg$/)
  })

  it('is in the row when the button under it is not needed any more', async () => {
    const { page } = await open(MB)
    await choose(page, ...filesOf(1, 2 * MB))
    await page.locator('.uploading').waitFor()
    await page.getByRole('button', { name: 'Pause photo-1.jpg' }).focus()
    await page.locator('.row.done').waitFor()
    await eventually(() => focused(page)).toBe('row done')
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Remove photo-1.jpg')
  })

  it('is at the drop zone when all rows are gone', async () => {
    const { page } = await open()
    await choose(page, ...filesOf(1, 1000))
    await page.locator('.row.done').waitFor()
    await page.getByRole('button', { name: 'Remove photo-1.jpg' }).focus()
    await page.evaluate(() => document.querySelector('waybill-upload')?.reset())
    await eventually(() => focused(page)).toBe('zone')
  })
})
