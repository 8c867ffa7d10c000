/**
 * A video goes through the page into the bucket, and is played from there.
 *
 * @module
 */

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CLIP,
  chooseFiles,
  eventually,
  openPage,
  sharedBrowser,
  throttleUploads,
  untilPlaying,
  videoOf,
} from '@waybill/test-support/demo-browser'
import { listObjects, readObject } from '@waybill/test-support/upload-form'
import { startDev, temporaryDirectory } from '@waybill/test-support/waybill-process'
import type { Page } from 'playwright'
import { describe, expect, it } from 'vitest'

const browser = sharedBrowser()
const MIB = 1024 ** 2

/** Per cent that the element tells from now on. */
async function recordProgress(page: Page): Promise<() => Promise<readonly number[]>> {
  await page.evaluate(() => {
    const seen: number[] = []
    Object.assign(globalThis, { seen })
    document.addEventListener('waybill-progress', (event) => {
      if (!(event instanceof CustomEvent)) return
      seen.push(Math.floor(100 * event.detail.item.progress.fraction))
    })
  })
  return () => page.evaluate('seen')
}

describe('the demo page', () => {
  it('sends a video, shows its progress, and plays it from the bucket', async () => {
    const dev = await startDev(await temporaryDirectory())
    const { page, complaints, origins } = await openPage(browser(), dev.url)
    const bytes = await videoOf(8 * MIB)
    const file = join(await temporaryDirectory(), 'holiday.mp4')
    await writeFile(file, bytes)
    await throttleUploads(page, 8 * MIB)
    const progress = await recordProgress(page)
    await chooseFiles(page, file)
    const bar = page.getByRole('progressbar', { name: 'Progress of holiday.mp4' })
    await bar.waitFor()
    await untilPlaying(page)
    const seen = await progress()
    expect(seen.some((percent) => percent > 0 && percent < 100)).toBe(true)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    const { objects } = await listObjects(dev.url)
    expect(objects.map(({ name, size }) => ({ name, size }))).toEqual([
      { name: 'holiday.mp4', size: bytes.length },
    ])
    expect((await readObject(dev.url, objects[0]?.key)).equals(bytes)).toBe(true)
    expect(await page.locator('#label .stamp').textContent()).toBe('STORED Verified: SHA-256')
    expect(await page.locator('#label [data-field=key] dd').textContent()).toBe(objects[0]?.key)
    expect(complaints).toEqual([])
    expect([...origins].sort()).toEqual([dev.url, dev.s3Url].sort())
  })

  it('downloads a stored object under its own name', async () => {
    const dev = await startDev(await temporaryDirectory())
    const { page } = await openPage(browser(), dev.url)
    await chooseFiles(page, {
      name: 'grüße.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('hello'),
    })
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Save grüße.txt' }).click()
    const saved = await download
    expect(saved.url()).toContain('/gr%C3%BC%C3%9Fe.txt?')
    expect(saved.suggestedFilename()).toBe('grüße.txt')
    expect(await readFile(await saved.path(), 'utf8')).toBe('hello')
  })

  it('accepts a file dropped anywhere on it', async () => {
    const dev = await startDev(await temporaryDirectory())
    const { page } = await openPage(browser(), dev.url)
    const clip = (await readFile(CLIP)).toString('base64')
    const dragged = await page.evaluateHandle((base64) => {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
      const transfer = new DataTransfer()
      transfer.items.add(new File([bytes], 'dropped.mp4', { type: 'video/mp4' }))
      return transfer
    }, clip)
    const zone = page.locator('waybill-upload .zone')
    await page.dispatchEvent('h2', 'dragover', { dataTransfer: dragged })
    await eventually(() => zone.getAttribute('class')).toContain('over')
    await page.dispatchEvent('h2', 'drop', { dataTransfer: dragged })
    await eventually(() => zone.getAttribute('class')).not.toContain('over')
    await untilPlaying(page)
    const { objects } = await listObjects(dev.url)
    expect(objects.map(({ name }) => name)).toEqual(['dropped.mp4'])
  })

  it('sends several files and shows them all', async () => {
    const dev = await startDev(await temporaryDirectory())
    const { page } = await openPage(browser(), dev.url)
    const names = ['a.txt', 'b.txt', 'c.txt']
    await chooseFiles(
      page,
      names.map((name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(name) })),
    )
    for (const name of names) await page.getByRole('link', { name: `Save ${name}` }).waitFor()
    expect((await listObjects(dev.url)).count).toBe(3)
    await eventually(() => page.locator('#summary').textContent()).toBe('3 objects')
  })

  it('pauses, resumes, and cancels', async () => {
    const dev = await startDev(await temporaryDirectory())
    const { page } = await openPage(browser(), dev.url)
    const file = join(await temporaryDirectory(), 'slow.mp4')
    await writeFile(file, await videoOf(8 * MIB))
    await throttleUploads(page, MIB / 8)
    await chooseFiles(page, file)
    await page.getByRole('button', { name: 'Pause slow.mp4' }).click()
    await page.getByRole('button', { name: 'Resume slow.mp4' }).click()
    await page.getByRole('button', { name: 'Pause slow.mp4' }).waitFor()
    const cancel = page.getByRole('button', { name: 'Cancel slow.mp4' })
    await cancel.click()
    await cancel.waitFor({ state: 'detached' })
    expect(await page.locator('#rows .row').count()).toBe(0)
    expect((await listObjects(dev.url)).count).toBe(0)
  })
})
