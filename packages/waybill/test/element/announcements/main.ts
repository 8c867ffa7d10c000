/**
 * `npm run announcements`: prints the announcements of a screen reader for one upload and for twelve,
 * with their times, and the roles and names that it finds meanwhile.
 *
 * @module
 */

import { chromium } from 'playwright'
import { CHROMIUM_FLAGS, findHeadlessChromium } from '../../../../../tools/chromium.ts'
import { filesOf, openLivePage } from './live-page.ts'

const MB = 1_000_000
const RATE = MB

const browser = await chromium.launch({
  executablePath: findHeadlessChromium(),
  args: CHROMIUM_FLAGS,
})
for (const [count, size] of [
  [1, 12 * MB],
  [12, 2 * MB],
] as const) {
  const { page, told, accessibilityTree, close } = await openLivePage(browser, RATE)
  await page.locator('input[type=file]').setInputFiles([...filesOf(count, size)])
  await page.locator('.uploading').first().waitFor()
  const tree = await accessibilityTree()
  await page.locator('.total.done, .row.done:only-child').waitFor({ timeout: 120_000 })
  await page.waitForFunction(
    (length) =>
      document
        .querySelector('waybill-upload')
        ?.shadowRoot?.querySelector('[role=status]')
        ?.textContent?.match(length === 1 ? /uploaded/ : /^All/),
    count,
  )
  console.log(`\n${count} × ${size / MB} MB at ${RATE / MB} MB/s\n\n${tree}\n`)
  for (const { seconds, role, text } of await told()) {
    console.log(`${seconds.toFixed(1).padStart(6)} s  ${role.padEnd(6)}  ${text}`)
  }
  await close()
}
await browser.close()
