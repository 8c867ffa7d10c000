/**
 * Chromium, driven by Playwright.
 *
 * @module
 */

import { chromium } from 'playwright'
import { CHROMIUM_FLAGS, findChromium } from '../../tools/chromium.ts'
import {
  asJson,
  type DrivenBrowser,
  deepQuery,
  fromJson,
  KEYS,
  type LaunchOptions,
} from './driven-browser.ts'

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
    chooseFile: async (selector, path) => {
      const found = await page.evaluateHandle<Element | null>(deepQuery(selector))
      const input = found.asElement()
      if (!input) throw new Error(`the page has no ${selector}`)
      await input.setInputFiles(path)
    },
    type: async (keys) => {
      const names = new Map(Object.entries(KEYS).map(([name, code]) => [code as string, name]))
      for (const key of keys) await page.keyboard.press(names.get(key) ?? key)
    },
    close: () => browser.close(),
  }
}
