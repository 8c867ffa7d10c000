/**
 * What the page says without its colours, and to those who hear it or use its keyboard.
 *
 * @module
 */

import type { Page } from 'playwright'
import { describe, expect, it } from 'vitest'
import { sharedDev } from '../support/waybill-process.ts'
import { eventually, openPage, sharedBrowser, throttleUploads, videoOf } from './browser.ts'

const browser = sharedBrowser()
const running = sharedDev()
const MIB = 1024 ** 2

const CSV = { name: 'sums.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') }

/** A video that no browser decodes: it is stored, and cannot be played here. */
const UNPLAYABLE = {
  name: 'odd.mp4',
  mimeType: 'video/mp4',
  buffer: Buffer.concat([
    Buffer.from([0, 0, 0, 24]),
    Buffer.from('ftypisom\0\0\0\0isomhvc1', 'latin1'),
    Buffer.alloc(1000),
  ]),
}

function choose(page: Page, files: typeof CSV | readonly (typeof CSV)[]): Promise<void> {
  return page.getByLabel('Choose files').setInputFiles([files].flat())
}

function colorOf(page: Page, selector: string, pseudo?: '::after'): Promise<string> {
  return page.locator(selector).evaluate((shown, of) => {
    const { color, backgroundColor } = getComputedStyle(shown, of)
    return of ? backgroundColor : color
  }, pseudo)
}

/** The colours that the system gives, as the page sees them. */
function systemColor(page: Page, name: string): Promise<string> {
  return page.evaluate((color) => {
    const probe = document.createElement('span')
    probe.style.color = color
    document.body.append(probe)
    const seen = getComputedStyle(probe).color
    probe.remove()
    return seen
  }, name)
}

/** All that the two live regions say from now on, each as it is said. */
async function listen(page: Page): Promise<() => Promise<Readonly<Record<string, string[]>>>> {
  await page.evaluate(() => {
    const said: Record<string, string[]> = { status: [], alert: [] }
    Object.assign(globalThis, { said })
    for (const [role, texts] of Object.entries(said)) {
      const region = document.querySelector(`[role=${role}]`)
      const note = () => void texts.push(region?.textContent ?? '')
      if (region) new MutationObserver(note).observe(region, { childList: true })
    }
  })
  return () => page.evaluate('said')
}

describe('what was stored', () => {
  it.each([CSV, UNPLAYABLE])('is not told as a failure: $name', async (file) => {
    const { page } = await openPage(browser(), running().url)
    const ink = await colorOf(page, 'body')
    await choose(page, file)
    const title = page.locator('#refusal-title')
    await title.waitFor()
    expect(await title.textContent()).toBe(file.name)
    expect(await colorOf(page, '#refusal-title')).toBe(ink)
    expect(await page.locator('#status').getAttribute('data-mood')).toBe('good')
  })

  it('is red where it was refused', async () => {
    const { page } = await openPage(browser(), running().url)
    await choose(page, { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<p>') })
    await page.locator('#refusal-title').waitFor()
    expect(await colorOf(page, '#refusal-title')).not.toBe(await colorOf(page, 'body'))
  })
})

describe('forced colours', () => {
  it.each(['light', 'dark'] as const)('leave the bar and the current row, %s', async (scheme) => {
    const { page } = await openPage(browser(), running().url, {
      forcedColors: 'active',
      colorScheme: scheme,
    })
    await throttleUploads(page, MIB)
    const buffer = await videoOf(4 * MIB)
    await choose(page, { name: `forced-${scheme}.mp4`, mimeType: 'video/mp4', buffer })
    await eventually(() => page.locator('#rate').textContent()).not.toBe('')
    const ink = await systemColor(page, 'CanvasText')
    expect(await colorOf(page, '#bar', '::after')).toBe(ink)
    const unsent = await page.locator('#bar').evaluate((bar) => getComputedStyle(bar))
    expect([unsent.backgroundImage, unsent.backgroundSize]).toEqual([
      `linear-gradient(${ink}, ${ink})`,
      '100% 25%',
    ])
    const row = page.locator('.row[aria-current]')
    expect(await row.evaluate((current) => getComputedStyle(current).borderLeftWidth)).toBe('4px')
  })
})

describe('announcements', () => {
  it('are a few for many files, and name every failure', async () => {
    const { page } = await openPage(browser(), running().url)
    const said = await listen(page)
    const started = performance.now()
    const numbers = Array.from({ length: 12 }, (_, index) => index)
    const stored = numbers.map((index) => ({ ...CSV, name: `sums-${index}.csv` }))
    const refused = [1, 2, 3, 4].map((index) => ({
      name: `page-${index}.html`,
      mimeType: 'text/html',
      buffer: Buffer.from('<p>'),
    }))
    await choose(page, [...stored, ...refused])
    for (const { name } of stored) await page.getByRole('link', { name: `Save ${name}` }).waitFor()
    await eventually(async () => (await said()).status?.at(-1)).toMatch(/12 delivered/)
    await eventually(async () => (await said()).alert?.join(' ')).toMatch(/page-4\.html/)
    const { status = [], alert = [] } = await said()
    for (const { name } of refused) expect(alert.join(' ')).toContain(`${name}: Not stored, type`)
    expect(alert.length).toBeLessThanOrEqual(refused.length)
    expect(status.length).toBeLessThanOrEqual((performance.now() - started) / 1000 + 1)
  })
})

describe('Pause', () => {
  it('keeps the focus when an upload can no longer be paused', async () => {
    const { page } = await openPage(browser(), running().url)
    const held = Promise.withResolvers<void>()
    await page.route('**/api/uploads/complete', async (route) => {
      await held.promise
      await route.continue()
    })
    await throttleUploads(page, 2 * MIB)
    const buffer = await videoOf(4 * MIB)
    await choose(page, { name: 'held.mp4', mimeType: 'video/mp4', buffer })
    await eventually(() => page.locator('#rate').textContent()).not.toBe('')
    await page.locator('#pause').focus()
    await eventually(() => page.locator('#status').textContent()).toBe('Confirming')
    expect(await page.locator(':focus').getAttribute('id')).toBe('pause')
    expect(await page.locator('#pause').getAttribute('aria-disabled')).toBe('true')
    await page.locator('#pause').press('Enter')
    expect(await page.locator('#status').textContent()).toBe('Confirming')
    held.resolve()
    await page.locator('#player video').waitFor()
  })
})
