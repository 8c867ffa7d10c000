/**
 * Ten scenes of uploading, each played in a live page until the element's live regions have said how
 * it ended.
 *
 * @module
 */

import type { Page } from 'playwright'
import { filesOf, type GivenFile, type LivePage } from './live-page.ts'

const MB = 1_000_000
/** Sent in parts, so it can be paused and resumed. */
const LARGE = 12 * MB

export interface Scene {
  readonly name: string
  /** The page's line until the scene changes it. */
  readonly bytesPerSecond: number
  /** The announcement that it ends with. */
  readonly ends: RegExp
  play(live: LivePage): Promise<void>
}

export const SCENES: readonly Scene[] = [
  {
    name: 'one file',
    bytesPerSecond: MB,
    ends: /^photo-1\.jpg uploaded\.$/,
    play: ({ page }) => choose(page, ...filesOf(1, LARGE)),
  },
  {
    name: 'twelve files',
    bytesPerSecond: 2 * MB,
    ends: /^All 12 files uploaded\.$/,
    play: ({ page }) => choose(page, ...filesOf(12, 2 * MB)),
  },
  {
    name: 'a file that is too large',
    bytesPerSecond: MB,
    ends: /^photo-1\.jpg was not uploaded\. The file is too large\./,
    async play({ page }) {
      await setAttribute(page, 'rule', 'photos')
      await choose(page, ...filesOf(1, 2 * MB))
    },
  },
  {
    name: 'four files of a wrong type and one that is uploaded',
    bytesPerSecond: MB,
    ends: /1 of 5 files uploaded\. 4 failed\.$/,
    async play({ page }) {
      await setAttribute(page, 'rule', 'photos')
      const sheets = filesOf(4, 1000).map((file, index) => ({
        ...file,
        name: `sheet-${index + 1}.csv`,
        mimeType: 'text/csv',
      }))
      await choose(page, ...sheets, ...filesOf(1, MB / 2))
    },
  },
  {
    name: 'a pause',
    bytesPerSecond: 2 * MB,
    ends: /^photo-1\.jpg uploaded\.$/,
    async play(live) {
      await choose(live.page, ...filesOf(1, LARGE))
      await live.page.locator('.uploading').waitFor()
      await live.page.getByRole('button', { name: 'Pause photo-1.jpg' }).click()
      await live.untilTold(/Paused/)
      await live.page.getByRole('button', { name: 'Resume photo-1.jpg' }).click()
    },
  },
  {
    name: 'a file removed, and the removal undone',
    bytesPerSecond: 2 * MB,
    ends: /^photo-1\.jpg uploaded\.$/,
    async play(live) {
      await choose(live.page, ...filesOf(1, LARGE))
      await live.page.locator('.uploading').waitFor()
      await live.page.getByRole('button', { name: 'Cancel photo-1.jpg' }).click()
      await live.untilTold(/removed/i)
      await live.page.getByRole('button', { name: 'Undo removing photo-1.jpg' }).click()
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
    name: 'a signer that is away for a while',
    bytesPerSecond: 10 * MB,
    ends: /^photo-1\.jpg uploaded\.$/,
    async play(live) {
      await live.page.route('**/api/uploads/**', (route) => route.abort())
      await choose(live.page, ...filesOf(1, MB))
      await live.untilTold(/photo-1\.jpg: /)
      await live.page.unroute('**/api/uploads/**')
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
  {
    name: 'finished files taken off the list',
    bytesPerSecond: 10 * MB,
    ends: /3 finished files cleared/,
    async play(live) {
      // In a form, finished files stay, since the form sends their receipts.
      await setAttribute(live.page, 'name', null)
      await choose(live.page, ...filesOf(3, MB))
      await live.untilTold(/^All 3 files uploaded\.$/)
      await live.page.getByRole('button', { name: 'Clear finished' }).click()
    },
  },
]

/** Plays a scene to its last announcement. */
export async function playScene({ play, ends }: Scene, live: LivePage): Promise<void> {
  await play(live)
  await live.untilTold(ends)
}

export async function choose(page: Page, ...files: readonly GivenFile[]): Promise<void> {
  await page.locator('input[type=file]').setInputFiles([...files])
}

async function setAttribute(page: Page, name: string, value: string | null): Promise<void> {
  await page.locator('waybill-upload').evaluate(
    (element, [key, text]) => {
      if (text === null) element.removeAttribute(key)
      else element.setAttribute(key, text)
    },
    [name, value] as const,
  )
}
