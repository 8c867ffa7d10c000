/**
 * A real Chromium at the real page: built from its source, served by `waybill dev`.
 *
 * @module
 */

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright'
import { beforeAll, expect, onTestFinished } from 'vitest'
import { builtPackages } from '../../tools/build/built-packages.ts'
import { sharedChromium } from './chromium.ts'

export const CLIP = fileURLToPath(
  new URL('../../packages/waybill/test/media/clip.mp4', import.meta.url),
)

/** Builds the page and starts Chromium, both once in a process. */
export function sharedBrowser(): () => Browser {
  let browser: Browser | undefined
  beforeAll(async () => {
    await builtPackages()
    browser = await sharedChromium()
  })
  return () => {
    if (!browser) throw new Error('Chromium has not been started')
    return browser
  }
}

export interface OpenPage {
  readonly page: Page
  /** What the page complained of: errors, and what its security policy refused. */
  readonly complaints: readonly string[]
  /** Origins that it asked for anything. */
  readonly origins: ReadonlySet<string>
}

export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext(options)
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  const origins = new Set<string>()
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('request', (request) => {
    if (/^https?:/.test(request.url())) origins.add(new URL(request.url()).origin)
  })
  await page.goto(url)
  return { page, complaints, origins }
}

/** Chooses files in the element, as its picker does. */
export function chooseFiles(
  page: Page,
  files: Parameters<Locator['setInputFiles']>[0],
): Promise<void> {
  return page.locator('waybill-upload:visible input[type=file]').setInputFiles(files)
}

/** Waits until what `read` answers is as expected; half a minute is long for any machine. */
export function eventually<T>(read: () => T | Promise<T>) {
  return expect.poll(read, { timeout: 30_000, interval: 50 })
}

/**
 * A real mp4 of exactly `size` bytes: the clip, and a `free` box behind it, which players skip.
 *
 * @see https://developer.apple.com/documentation/quicktime-file-format/free_atom
 */
export async function videoOf(size: number): Promise<Buffer<ArrayBuffer>> {
  const clip = await readFile(CLIP)
  const box = Buffer.alloc(size - clip.length, 0x5a)
  box.writeUInt32BE(box.length, 0)
  box.write('free', 4, 'latin1')
  return Buffer.concat([clip, box])
}

/** Slows what the page sends, so that there is something to see of its progress. */
export async function throttleUploads(page: Page, bytesPerSecond: number): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: bytesPerSecond,
  })
}

/** @returns What axe finds wrong, as `rule: element`. */
export async function violations(page: Page): Promise<readonly string[]> {
  // Through the debugger: the page's security policy lets no script of ours in.
  const results = await page.evaluate<axe.AxeResults>(`${axe.source}; axe.run(document)`)
  return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

/** Resolves once the video in the stage has moved on. */
export async function untilPlaying(page: Page): Promise<void> {
  const video = page.locator('#screen video')
  await video.waitFor()
  await video.evaluate((element: HTMLVideoElement) => {
    if (element.currentTime > 0) return
    const moved = new Promise<void>((resolve, reject) => {
      element.addEventListener('timeupdate', () => element.currentTime > 0 && resolve())
      element.addEventListener('error', () => reject(element.error))
    })
    return moved
  })
}
