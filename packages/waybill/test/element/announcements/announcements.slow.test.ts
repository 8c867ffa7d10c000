/**
 * What a screen reader is told of the element while real files are sent, what it finds, and how far
 * a keyboard comes alone.
 *
 * Slow: the live regions take their time, as a listener needs it.
 * `packages/waybill/test/element/announcer.test.ts` has what is said, and when, by a clock of its own.
 *
 * @module
 */

import { sharedChromium } from '@waybill/test-support/chromium'
import { eventually, violations } from '@waybill/test-support/demo-browser'
import type { Browser, Page } from 'playwright'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { filesOf, type GivenFile, type LivePage, openLivePage, type Told } from './live-page.ts'

const MB = 1_000_000
/** Sent in parts, so it can be paused and resumed. */
const LARGE = 12 * MB

let browser: Browser
beforeAll(async () => {
  browser = await sharedChromium()
})

async function open(bytesPerSecond = 100 * MB): Promise<LivePage> {
  const live = await openLivePage(browser, bytesPerSecond)
  onTestFinished(live.close)
  return live
}

/** Failures interrupt what is being read, and nothing else does. */
function roleOf(text: string): Told['role'] {
  return text.includes('not uploaded') ? 'alert' : 'status'
}

interface Scene {
  readonly name: string
  /** The page's line until the scene changes it. */
  readonly bytesPerSecond: number
  /** The announcement that it ends with. */
  readonly ends: RegExp
  play(live: LivePage): Promise<void>
}

const SCENES: readonly Scene[] = [
  {
    name: 'a file that is too large',
    bytesPerSecond: MB,
    ends: /^photo-1\.jpg was not uploaded\. The file is too large\./,
    async play({ page }) {
      await useRule(page, 'photos')
      await choose(page, ...filesOf(1, 2 * MB))
    },
  },
  {
    name: 'four files of a wrong type and one that is uploaded',
    bytesPerSecond: MB,
    ends: /1 of 5 files uploaded\. 4 failed\.$/,
    async play({ page }) {
      await useRule(page, 'photos')
      const sheets = filesOf(4, 1000).map((file, index) => ({
        ...file,
        name: `sheet-${index + 1}.csv`,
        mimeType: 'text/csv',
      }))
      await choose(page, ...sheets, ...filesOf(1, MB / 2))
    },
  },
  {
    name: 'a line that is cut and comes back',
    bytesPerSecond: 2 * MB,
    ends: /^photo-1\.jpg uploaded\.$/,
    async play(live) {
      await choose(live.page, ...filesOf(1, LARGE))
      await live.page.locator('.uploading').waitFor()
      await live.setLine('cut')
      await live.untilTold(/Offline/)
      await live.setLine(2 * MB)
    },
  },
  {
    name: 'a page that is loaded again, and the file chosen again',
    bytesPerSecond: MB,
    ends: /^photo-1\.jpg uploaded\.$/,
    async play(live) {
      await choose(live.page, ...filesOf(1, LARGE))
      await live.untilTold(/^photo-1\.jpg: \d\d%\.$/)
      await live.reload()
      await live.untilTold(/interrupted/)
      await choose(live.page, ...filesOf(1, LARGE))
    },
  },
]

async function choose(page: Page, ...files: readonly GivenFile[]): Promise<void> {
  await page.locator('input[type=file]').setInputFiles([...files])
}

async function useRule(page: Page, rule: string): Promise<void> {
  const element = page.locator('waybill-upload')
  await element.evaluate((one, name) => one.setAttribute('rule', name), rule)
}

describe('the live regions', () => {
  it.each(SCENES)('announce $name', async ({ bytesPerSecond, play, ends }) => {
    const live = await open(bytesPerSecond)
    await play(live)
    await live.untilTold(ends)
    expect(live.told.every(({ role, text }) => role === roleOf(text))).toBe(true)
  })
})

describe('the accessibility tree', () => {
  it('has a name for every interactive element', async () => {
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

describe('a keyboard user', () => {
  const focused = (page: Page) =>
    page.evaluate(() => {
      const inner = document.activeElement?.shadowRoot?.activeElement
      return (
        inner?.getAttribute('aria-label') ?? inner?.className ?? document.activeElement?.tagName
      )
    })

  it('can choose, pause, resume and remove files without losing focus', async () => {
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

  it('stays in the row when the focused button disappears', async () => {
    const { page } = await open(MB)
    await choose(page, ...filesOf(1, 2 * MB))
    await page.locator('.uploading').waitFor()
    await page.getByRole('button', { name: 'Pause photo-1.jpg' }).focus()
    await page.locator('.row.done').waitFor()
    await eventually(() => focused(page)).toBe('row done')
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Remove photo-1.jpg')
  })

  it('moves to the drop zone when all rows are gone', async () => {
    const { page } = await open()
    await choose(page, ...filesOf(1, 1000))
    await page.locator('.row.done').waitFor()
    await page.getByRole('button', { name: 'Remove photo-1.jpg' }).focus()
    await page.evaluate(() => document.querySelector('waybill-upload')?.reset())
    await eventually(() => focused(page)).toBe('zone')
  })
})
