/**
 * The page after a reload, and after its server was killed.
 *
 * Slow: a large file must be under way, and the server is started twice.
 * `packages/waybill/test/client/resume/resume.test.ts` has the same of the client, `packages/waybill-cli/test/dev/dev-state.test.ts`
 * what the server keeps.
 *
 * @module
 */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CLIP,
  chooseFiles,
  eventually,
  openPage,
  sharedBrowser,
  untilPlaying,
  videoOf,
} from '@waybill/test-support/demo-browser'
import { startDev, temporaryDirectory } from '@waybill/test-support/waybill-process'
import type { Page } from 'playwright'
import { describe, expect, it } from 'vitest'
import type { WaybillUploadElement } from 'waybill/element'

const browser = sharedBrowser()
const MIB = 1024 ** 2

/**
 * Sends a file, and reloads when S3 has a part of it. From the fourth on, they hang until then: if
 * they could go on, the upload might be complete before a slow machine has reloaded.
 */
async function reloadWithParts(page: Page, file: string): Promise<void> {
  const isPart = (url: URL) => url.searchParams.has('partNumber')
  let sent = 0
  await page.route(isPart, async (route) => {
    sent += 1
    if (sent <= 3) await route.continue()
  })
  const element = page.locator('waybill-upload')
  const hasPart = await element.evaluateHandle((one: WaybillUploadElement) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    one.addEventListener('waybill-progress', ({ detail }) => {
      if (detail.item.progress.stored > 0) resolve()
    })
    return { promise }
  })
  await chooseFiles(page, file)
  await hasPart.evaluate(({ promise }) => promise)
  await page.reload()
  await page.unroute(isPart)
}

describe('the demo page', () => {
  it('lists and plays files stored before the server was killed', async () => {
    const home = await temporaryDirectory()
    const first = await startDev(home)
    const { page } = await openPage(browser(), first.url)
    await chooseFiles(page, CLIP)
    await untilPlaying(page)
    first.child.kill('SIGKILL')
    await first.exit
    const second = await startDev(home)
    const again = await openPage(browser(), second.url)
    const row = again.page.locator('#rows .row').filter({ hasText: 'clip.mp4' })
    await row.getByRole('button', { name: 'Play clip.mp4' }).click()
    await untilPlaying(again.page)
    expect(await row.getAttribute('aria-current')).toBe('true')
  })

  it('forgets uploads that a reload has interrupted', async () => {
    const dev = await startDev(await temporaryDirectory())
    const { page } = await openPage(browser(), dev.url)
    const file = join(await temporaryDirectory(), 'long.mp4')
    await writeFile(file, await videoOf(50 * MIB))
    await reloadWithParts(page, file)
    const forget = page.getByRole('button', { name: 'Discard long.mp4' })
    // Visible without scrolling the card.
    const card = page.locator('#uploads')
    const bottomOf = (place: typeof card) =>
      place.evaluate((one) => one.getBoundingClientRect().bottom)
    await eventually(async () => (await bottomOf(forget)) <= (await bottomOf(card))).toBe(true)
    await forget.click()
    await forget.waitFor({ state: 'detached' })
    await page.reload()
    await page.locator('#empty').waitFor()
    expect(await forget.count()).toBe(0)
  })
})
