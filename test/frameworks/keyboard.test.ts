/**
 * The same pages by keyboard alone, in Chromium.
 *
 * @module
 */

import { startApplication } from '@waybill/test-support/element-application'
import { seededFile } from '@waybill/test-support/seeded-file'
import { chromium, type Page } from 'playwright'
import { describe, expect, it, onTestFinished } from 'vitest'
import { CHROMIUM_FLAGS, findHeadlessChromium } from '../../tools/chromium.ts'
import { bundle, type Framework, HTML } from './hooks-page.ts'

const FILE = {
  name: 'by-keyboard.bin',
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(await seededFile('by-keyboard.bin', 50_000, 3).arrayBuffer()),
}

async function openPage(framework: Framework): Promise<Page> {
  const scripts = await bundle(framework)
  const application = await startApplication((request, response) => {
    const script = scripts.get(request.url ?? '')
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html')
    response.end(script ?? HTML)
  })
  onTestFinished(() => application.close())
  const browser = await chromium.launch({
    executablePath: findHeadlessChromium(),
    args: CHROMIUM_FLAGS,
  })
  onTestFinished(() => browser.close())
  const page = await browser.newPage()
  // Playwright begins to take choosers when the first listener has come, some moments later.
  page.on('filechooser', () => undefined)
  await page.goto(application.url)
  await page.locator('#file').waitFor()
  return page
}

describe.each(['React 19', 'Vue'] as const)('a page with %s hooks', (framework) => {
  it.each(['Enter', 'Space'])('can be used by keyboard alone (%s)', async (key) => {
    const page = await openPage(framework)
    await page.keyboard.press('Tab')
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.keyboard.press(key),
    ])
    await chooser.setFiles(FILE)
    await page.getByText('by-keyboard.bin done').waitFor()
    // The focus has stayed where it was: the next stops are the buttons of the file.
    for (const name of ['Pause', 'Go on', 'Cancel']) {
      await page.keyboard.press('Tab')
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(name)
    }
  })
})
