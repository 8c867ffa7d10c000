/**
 * Chromium, driven by Playwright.
 *
 * @module
 */

import { chromium } from 'playwright'
import { CHROMIUM_FLAGS, findChromium } from '../../scripts/chromium.ts'
import { asJson, type DrivenBrowser, fromJson, type LaunchOptions } from './driven-browser.ts'

export async function launchChromium({ proxy }: LaunchOptions = {}): Promise<DrivenBrowser> {
  // `<-loopback>` takes this machine off the list of those that are reached without the proxy.
  const proxied = proxy === undefined ? {} : { proxy: { server: proxy, bypass: '<-loopback>' } }
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: CHROMIUM_FLAGS,
    ...proxied,
  })
  const page = await browser.newPage()
  return {
    open: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    evaluate: async (expression) => fromJson(await page.evaluate(asJson(expression))),
    chooseFile: (selector, path) => page.setInputFiles(selector, path),
    close: () => browser.close(),
  }
}
