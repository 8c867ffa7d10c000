/**
 * What the page says of arrival's verdicts.
 *
 * Slow: axe reads the whole page. `packages/waybill-cli/test/dev/dev-arrivals.test.ts` has the verdicts themselves.
 *
 * @module
 */

import {
  chooseFiles,
  openPage,
  sharedBrowser,
  violations,
} from '@waybill/test-support/demo-browser'
import { MP4, PNG } from '@waybill/test-support/samples'
import {
  type DevProcess,
  startDev,
  temporaryDirectory,
} from '@waybill/test-support/waybill-process'
import type { Locator, Page } from 'playwright'
import { describe, expect, it } from 'vitest'
import { signRequest } from 'waybill-s3'

const browser = sharedBrowser()

const HONEST = { name: 'dot.png', mimeType: 'image/png', buffer: PNG }
const FORGED = { name: 'film.png', mimeType: 'image/png', buffer: MP4 }

async function putAround({ s3Url }: DevProcess, key: string): Promise<void> {
  const { url, headers } = await signRequest({
    bucket: 'uploads',
    region: 'us-east-1',
    endpoint: s3Url,
    credentials: { accessKeyId: 'waybill-local', secretAccessKey: 'waybill-local-secret' },
    method: 'PUT',
    key,
  })
  expect((await fetch(url, { method: 'PUT', headers, body: 'around' })).status).toBe(200)
}

function mark(page: Page, name: string): Locator {
  return page.locator('#rows .row').filter({ hasText: name }).locator('.verdict')
}

/** @returns Those of which the row's end leaves something out. */
function cutVerdicts(page: Page): Promise<readonly (string | null)[]> {
  return page.locator('.verdict').evaluateAll((marks) =>
    marks
      .filter((mark) => {
        const row = mark.parentElement?.getBoundingClientRect()
        return row === undefined || mark.getBoundingClientRect().right > row.right
      })
      .map((mark) => mark.textContent),
  )
}

describe('the demo page', () => {
  it('marks verified files', async () => {
    const dev = await startDev(await temporaryDirectory())
    const { page } = await openPage(browser(), dev.url)
    await chooseFiles(page, HONEST)
    await page.locator('#screen img').waitFor()
    expect(await mark(page, 'dot.png').textContent()).toBe('Verified')
    await page
      .locator('waybill-upload [part~=row]')
      .getByText('Verified', { exact: true })
      .waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Show dot.png' }).click()
    await page.locator('#screen img:focus').waitFor()
    expect(await page.locator('#label .stamp').textContent()).toBe('STORED Verified')
  })

  it('explains why an upload was rejected, and does not show it', async () => {
    const dev = await startDev(await temporaryDirectory())
    const { page } = await openPage(browser(), dev.url)
    await chooseFiles(page, FORGED)
    const reason = page.locator('#screen .rejected')
    await reason.waitFor()
    expect(await page.locator('#shown-name').textContent()).toBe('film.png')
    expect(await reason.textContent()).toContain('its bytes are of another type')
    expect(await page.locator('#result').textContent()).toBe('REJECTED content differs film.png')
    expect(await mark(page, 'film.png').textContent()).toBe('Rejected: content differs')
    await page.getByRole('button', { name: 'Hide' }).click()
    await page.locator('#bucket-title:focus').waitFor()
    expect(await reason.count()).toBe(0)
    await page.getByRole('button', { name: 'Why film.png was rejected' }).click()
    // A screen reader says what has the focus.
    await page.locator('#screen .rejected:focus').waitFor()
  })

  it.each([
    ['light', 1280],
    ['dark', 360],
  ] as const)('is accessible with verdicts, %s, %i wide', async (colorScheme, width) => {
    const dev = await startDev(await temporaryDirectory())
    await putAround(dev, 'around.png')
    const viewport = { width, height: 800 }
    const { page } = await openPage(browser(), dev.url, { colorScheme, viewport })
    expect(await mark(page, 'around.png').textContent()).toBe('Rejected: no waybill')
    await chooseFiles(page, HONEST)
    await page.locator('#screen img').waitFor()
    await chooseFiles(page, FORGED)
    await page.locator('#screen .rejected').waitFor()
    expect(await violations(page)).toEqual([])
    const spill = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    expect(await page.evaluate(spill)).toBe(0)
    expect(await cutVerdicts(page)).toEqual([])
  })
})
