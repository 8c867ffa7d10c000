/**
 * "Lie to S3": the label of what was signed, and S3's own refusals of whatever differs.
 *
 * Slow: a form has to expire.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  chooseFiles,
  eventually,
  openPage,
  sharedBrowser,
  videoOf,
  violations,
} from '@waybill/test-support/demo-browser'
import { sha256Of } from '@waybill/test-support/sha256-of'
import { listObjects } from '@waybill/test-support/upload-form'
import { sharedDev, temporaryDirectory } from '@waybill/test-support/waybill-process'
import type { Page } from 'playwright'
import { describe, expect, it } from 'vitest'

const browser = sharedBrowser()
const PALACE = fileURLToPath(new URL('../../tools/pictures/photos/palace.jpg', import.meta.url))
const running = sharedDev()

/** The lie, the field of the label that changes, and what S3 answers and marks in its answer. */
const LIES = [
  ['One byte more than was signed', 'size', '400 EntityTooLarge', /^<ProposedSize>/],
  [
    'Type text/html instead',
    'type',
    '403 AccessDenied',
    /^Policy Condition failed: .*content-type/i,
  ],
  ['Same size, one bit flipped', 'sha256', '400 BadDigest', /SHA256/],
  ['Overwrite somebody else’s file', 'key', '403 AccessDenied', /^Policy Condition failed: .*key/],
  ['After the signature expired', 'expires', '403 AccessDenied', /^Policy expired/],
  ['Another file, same signature', 'sha256', '400 BadDigest', /SHA256/],
  ['Finish a film without permission', 'permits', '403 SignatureDoesNotMatch', /signature/],
] as const

const field = (page: Page, name: string) => page.locator(`#label [data-field=${name}]`)
const stamp = (page: Page) => page.locator('#label .stamp')

async function tell(page: Page, lie: string): Promise<void> {
  await page.getByRole('radio', { name: lie, exact: true }).check()
  await page.getByRole('button', { name: 'Send to S3' }).click()
  await stamp(page).waitFor()
}

async function sendPalace(page: Page): Promise<void> {
  await chooseFiles(page, PALACE)
  await stamp(page).getByText('STORED').waitFor()
}

describe('lying to S3', () => {
  it.each(LIES)('is rejected: %s', async (lie, changed, refusal, condition) => {
    const { url } = running()
    const { page, complaints } = await openPage(browser(), url, { reducedMotion: 'reduce' })
    await tell(page, lie)
    expect(await stamp(page).textContent()).toBe(`REFUSED ${refusal}`)
    const changedFields = page.locator('#label [data-changed]')
    expect(await changedFields.count()).toBe(1)
    expect(await changedFields.getAttribute('data-field')).toBe(changed)
    expect(await changedFields.locator('dt').textContent()).toMatch(/, changed$/)
    expect(await page.locator('#answer-text mark').first().textContent()).toMatch(condition)
    expect(await page.locator('#result').textContent()).toMatch(`REFUSED ${refusal} The `)
    expect(await page.locator('#lie-count').textContent()).toBe('1 lie told, 1 refused, 0 stored')
    // The browser logs each refusal; nothing else went wrong.
    expect(complaints.filter((text) => !text.includes('Failed to load resource'))).toEqual([])
  })

  it.each(LIES.filter(([, changed]) => changed !== 'permits'))(
    'is rejected for the most recent file: %s',
    async (lie, changed, refusal) => {
      const { page } = await openPage(browser(), running().url, { reducedMotion: 'reduce' })
      await sendPalace(page)
      const signed = await field(page, 'key').locator('dd').textContent()
      await tell(page, lie)
      await eventually(() => stamp(page).textContent()).toBe(`REFUSED ${refusal}`)
      expect(await page.locator('#label [data-changed]').getAttribute('data-field')).toBe(changed)
      if (changed !== 'key') expect(await field(page, 'key').textContent()).toMatch(/palace\.jpg$/)
      // Choosing a lie changes nothing else, unless it needs another form.
      if (!/expired|Another|Overwrite/.test(lie)) {
        expect(await field(page, 'key').locator('dd').textContent()).toBe(signed)
      }
      if (changed === 'type') {
        expect(await page.locator('.difference').textContent()).toBe(
          'Signed: image/jpegSent: text/html',
        )
      }
    },
  )

  it('is about one file in all places: the last, or a letter if that was sent in parts', async () => {
    const { page } = await openPage(browser(), running().url)
    const subject = page.locator('#lie-subject')
    expect(await subject.textContent()).toBe('a small letter')
    expect(await page.locator('#label [data-changed]').count()).toBe(0)
    await page.getByRole('radio', { name: 'After the signature expired' }).check()
    expect(await page.locator('#label [data-changed]').count()).toBe(0)
    const files = ['a.txt', 'b.txt'].map((name) => ({ name, mimeType: 'text/plain' }))
    await chooseFiles(
      page,
      files.map((file) => ({ ...file, buffer: Buffer.from(file.name.repeat(9)) })),
    )
    await page.getByRole('link', { name: 'Save a.txt' }).waitFor()
    await page.getByRole('link', { name: 'Save b.txt' }).waitFor()
    await eventually(async () => {
      const places = ['#label .file', '#lie-subject', '.row[aria-current] .unseen']
      const names = await page.locator([...places, '#same-bytes .fine'].join()).allTextContents()
      return names.length === 4 && new Set(names).size === 1
    }).toBe(true)
    const key = await field(page, 'key').locator('dd').textContent()
    expect(await page.locator('#answer-text').textContent()).toContain(`"key": "${key}"`)
    await sendPalace(page)
    const buffer = await videoOf(17 * 1024 ** 2)
    await chooseFiles(page, { name: 'holiday.mp4', mimeType: 'video/mp4', buffer })
    await eventually(() => subject.textContent()).toBe('a small letter')
    await tell(page, 'Same size, one bit flipped')
    expect(await field(page, 'key').textContent()).toMatch(/letter\.txt$/)
  })

  it('stores the letter as signed', async () => {
    const { url } = running()
    const before = await listObjects(url)
    const { page } = await openPage(browser(), url)
    await tell(page, 'No lie, for comparison')
    expect(await stamp(page).textContent()).toBe('STORED 204')
    expect((await listObjects(url)).count).toBe(before.count + 1)
    await page.getByText('Verified', { exact: true }).first().waitFor()
    expect(await page.locator('#lie-count').textContent()).toBe('0 lies told, 0 refused, 0 stored')
  })

  it.each([
    ['One byte more than was signed', /400 Bad Request[\s\S]*EntityTooLarge/],
    ['Another file, same signature', /204 No Content[\s\S]*BadDigest/],
    ['Type text/html instead', /403 Forbidden[\s\S]*Policy Condition failed/],
    ['Finish a film without permission', /403 Forbidden[\s\S]*SignatureDoesNotMatch/],
  ])('can be repeated in a shell with the copied command: %s', async (lie, answer) => {
    const permissions = ['clipboard-read', 'clipboard-write']
    const { page } = await openPage(browser(), running().url, { permissions })
    const cwd = await temporaryDirectory()
    // The first two are about the most recent file, in whose folder the command runs.
    if (/byte|file/.test(lie)) {
      await sendPalace(page)
      await copyFile(PALACE, join(cwd, 'palace.jpg'))
    }
    await page.getByRole('radio', { name: lie, exact: true }).check()
    await page.getByRole('button', { name: 'Copy as curl' }).click()
    await page.getByText(/^Copied\. /).waitFor()
    const command: string = await page.evaluate('navigator.clipboard.readText()')
    const { stdout } = await promisify(execFile)('sh', ['-c', command], { cwd })
    expect(stdout).toMatch(answer)
  })

  it('leaves the object unchanged when its form is used again', async () => {
    const { page } = await openPage(browser(), running().url, { reducedMotion: 'reduce' })
    await tell(page, 'Another file, same signature')
    expect(await page.locator('#answer-text .line').allTextContents()).toEqual(
      expect.arrayContaining(['First, as signed', '204 No Content', 'Then, another file']),
    )
    expect(await page.locator('#result').textContent()).toMatch(/Read back: unchanged\.$/)
    const digest = await field(page, 'sha256').locator('dd').textContent()
    await tell(page, 'Same size, one bit flipped')
    await eventually(() => field(page, 'sha256').locator('dd').textContent()).not.toBe(digest)
  })

  it('shows what S3 will compare, then its response, which can be copied as it was sent', async () => {
    const permissions = ['clipboard-read', 'clipboard-write']
    const { page } = await openPage(browser(), running().url, { permissions })
    const answer = page.locator('#answer-text')
    await answer.getByText('["content-length-range", 57, 57]').waitFor()
    const copy = page.getByRole('button', { name: 'Copy', exact: true })
    expect(await copy.isVisible()).toBe(false)
    await tell(page, 'Type text/html instead')
    await copy.click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    const copied: string = await page.evaluate('navigator.clipboard.readText()')
    expect(copied).toMatch(
      /^403 Forbidden\n<\?xml[^>]*>\n?<Error><Code>AccessDenied<\/Code><Message>/,
    )
    expect(copied).toContain('[&quot;eq&quot;, &quot;$content-type&quot;, &quot;text/plain&quot;]')
  })

  it.each([320, 768, 1280])("wraps S3's response only between tags, %i wide", async (width) => {
    const viewport = { width, height: 900 }
    const options = { viewport, reducedMotion: 'reduce' } as const
    const { page } = await openPage(browser(), running().url, options)
    await tell(page, 'Finish a film without permission')
    const lines = await page
      .locator('#answer-text .tag')
      .evaluateAll((tags) => tags.map((tag) => tag.getClientRects().length))
    expect(lines.length).toBeGreaterThan(10)
    expect(lines.filter((count) => count > 1)).toEqual([])
  })

  it.each([390, 1280])("stamps only the label's bars, %i wide", async (width) => {
    const viewport = { width, height: 900 }
    const { page } = await openPage(browser(), running().url, { viewport, reducedMotion: 'reduce' })
    await tell(page, 'Finish a film without permission')
    const box = async (selector: string) => {
      const found = await page.locator(`#label ${selector}`).boundingBox()
      if (!found) throw new Error(`the label shows no ${selector}`)
      return { left: found.x, top: found.y, bottom: found.y + found.height }
    }
    const [stamped, text, bars] = [
      await box('.stamp'),
      await box('.difference'),
      await box('.foot'),
    ]
    expect(stamped.left).toBeGreaterThan(text.left)
    expect(stamped.top).toBeGreaterThanOrEqual(text.bottom)
    expect(stamped.bottom).toBeLessThanOrEqual(bars.bottom)
  })

  it.each(['light', 'dark'] as const)('is accessible, %s', async (colorScheme) => {
    const options = { colorScheme, reducedMotion: 'reduce' } as const
    const { page } = await openPage(browser(), running().url, options)
    await tell(page, 'Same size, one bit flipped')
    expect(await violations(page)).toEqual([])
  })
})

describe('the label', () => {
  it('shows what was signed for a file, and that it was stored', async () => {
    const { page } = await openPage(browser(), running().url)
    const buffer = Buffer.from('the lease')
    await chooseFiles(page, { name: 'lease.txt', mimeType: 'text/plain', buffer })
    await stamp(page).getByText('STORED').waitFor()
    const { objects } = await listObjects(running().url)
    const key = objects.find(({ name }) => name === 'lease.txt')?.key
    expect(await field(page, 'key').locator('dd').textContent()).toBe(key)
    // As it is copied: without line breaks.
    const dd = field(page, 'key').locator('dd')
    expect(
      await dd.evaluate((shown) => {
        getSelection()?.selectAllChildren(shown)
        return String(getSelection())
      }),
    ).toBe(key)
    expect(await field(page, 'size').locator('dd').textContent()).toBe('9 bytes')
    expect(await field(page, 'type').locator('dd').textContent()).toBe('text/plain')
    const hex = Buffer.from(await sha256Of('the lease'), 'base64').toString('hex')
    expect(await field(page, 'sha256').locator('dd').textContent()).toBe(hex)
    expect(await field(page, 'expires').locator('dd').textContent()).toMatch(/\d:\d\d left$/)
  })
})
