/**
 * Uploads of files that a page's reader has chosen.
 *
 * @module
 */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { seededFile } from '@waybill/test-support/seeded-file'
import { openUploads, sha256Given, sha256Stored } from '@waybill/test-support/stored'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import type { Page } from 'playwright'
import { expect } from 'vitest'
import type { BrowserSystem, PageWindow } from './browser-page.ts'

const MIB = 1024 ** 2

declare const window: PageWindow

/** Chooses a new file in the page. */
export async function choose(page: Page, size: number, seed: number): Promise<File> {
  const { file, path } = await fileOnDisk(size, seed)
  await page.setInputFiles('#file', path)
  return file
}

export async function fileOnDisk(
  size: number,
  seed: number,
): Promise<{ file: File; path: string }> {
  const folder = temporaryFolder('waybill-page-')
  const file = seededFile('film.bin', size, seed)
  const path = join(folder, file.name)
  await writeFile(path, file.stream())
  return { file, path }
}

/** Uploads the chosen file; answers the key, and the fractions that progress told on the way. */
export function upload(
  page: Page,
  folder = 'files',
): Promise<{ key: string; fractions: number[] }> {
  return page.evaluate(async (name) => {
    const uploader = window.createUploader({
      endpoint: window.endpoint,
      headers: { 'x-owner': 'me' },
    })
    const fractions: number[] = []
    const { key } = await uploader.upload(window.file, {
      metadata: { folder: name },
      onProgress: ({ fraction }) => fractions.push(fraction),
    }).done
    return { key, fractions }
  }, folder)
}

/** Uploads the chosen file, asking once; answers the code of its failure. */
export function failureOf(page: Page): Promise<string> {
  return page.evaluate(() => {
    const uploader = window.createUploader({
      endpoint: window.endpoint,
      headers: { 'x-owner': 'me' },
      retryForMs: 0,
    })
    return uploader.upload(window.file).done.then(
      () => 'done',
      ({ code }) => code,
    )
  })
}

type Scenario = (system: BrowserSystem, page: Page) => Promise<void>

/** Ten uploads that every page must be able to do; each compares the bytes in the bucket. */
export const SCENARIOS: ReadonlyMap<string, Scenario> = new Map([
  ['files of six sizes', storesEachSize],
  ['a file that is paused and resumed', storesPaused],
  ['a file after a reload', storesReloaded],
  ['one file twice at once', storesTwice],
  ['a file that two ask for at once after a reload', offersTwice],
])

/** Forms, one of them large, and a file in parts. Below 5 MiB nothing is remembered. */
const SIZES = [0, 1, 100_000, 5 * MIB + 1, 16 * MIB, 17_000_000]

async function storesEachSize(system: BrowserSystem, page: Page): Promise<void> {
  for (const size of SIZES) {
    const file = await choose(page, size, size)
    const { key } = await upload(page, `${size}`)
    expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
  }
}

async function storesPaused(system: BrowserSystem, page: Page): Promise<void> {
  const file = await choose(page, 40_000_000, 7)
  const states = await page.evaluate(async () => {
    const uploader = window.createUploader({
      endpoint: window.endpoint,
      headers: { 'x-owner': 'me' },
    })
    const upload = uploader.upload(window.file)
    const seen: string[] = []
    upload.on('state', ({ state }) => {
      seen.push(state)
      if (state === 'paused') setTimeout(() => upload.resume())
    })
    const stopWatching = upload.on('progress', ({ fraction }) => {
      if (fraction < 0.25) return
      stopWatching()
      upload.pause()
    })
    await upload.done
    return seen
  })
  expect(states.filter((state) => ['paused', 'done'].includes(state))).toEqual(['paused', 'done'])
  expect(await sha256Stored(system, 'files/film.bin')).toBe(await sha256Given(file))
}

/** Uploads the chosen file until its third part is on its way. */
export async function uploadHalf({ storageProxy }: BrowserSystem, page: Page): Promise<void> {
  await page.evaluate(() => {
    const uploader = window.createUploader({
      endpoint: window.endpoint,
      headers: { 'x-owner': 'me' },
      connections: 1,
    })
    uploader.upload(window.file, { metadata: { folder: 'files' } })
  })
  const { exchanges } = storageProxy
  await storageProxy.until(() => exchanges.some(({ request }) => request.partNumber === 3))
}

/** Reloads the page in the middle of four parts, and chooses the file again. */
async function interrupt(system: BrowserSystem, page: Page, path: string): Promise<void> {
  await page.setInputFiles('#file', path)
  await uploadHalf(system, page)
  await page.reload()
  await page.waitForFunction(() => 'createUploader' in globalThis)
  await page.setInputFiles('#file', path)
}

/** @returns How many interrupted uploads the page may offer. */
export function countInterrupted(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const uploader = window.createUploader({
      endpoint: window.endpoint,
      headers: { 'x-owner': 'me' },
    })
    return (await uploader.interrupted()).length
  })
}

async function storesReloaded(system: BrowserSystem, page: Page): Promise<void> {
  const { file, path } = await fileOnDisk(20_000_000, 8)
  await interrupt(system, page, path)
  const { key } = await upload(page)
  expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
  const operations = system.storageProxy.exchanges.map(({ request }) => request.operation)
  expect(operations.filter((name) => name === 'CreateMultipartUpload')).toHaveLength(1)
  expect(await openUploads(system)).toEqual([])
}

async function storesTwice(system: BrowserSystem, page: Page): Promise<void> {
  const file = await choose(page, 20_000_000, 9)
  const [one, two] = await Promise.all([upload(page, 'one'), upload(page, 'two')])
  for (const { key } of [one, two]) {
    expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
  }
  expect(one.key).not.toBe(two.key)
}

async function offersTwice(system: BrowserSystem, page: Page): Promise<void> {
  const { file, path } = await fileOnDisk(20_000_000, 10)
  await interrupt(system, page, path)
  const offered = await page.evaluate(async () => {
    const uploader = window.createUploader({
      endpoint: window.endpoint,
      headers: { 'x-owner': 'me' },
    })
    const both = await Promise.all([uploader.interrupted(), uploader.interrupted()])
    await both[0][0]?.resume(window.file).done
    return [...both, await uploader.interrupted()].map((found) => found.length)
  })
  expect(offered).toEqual([1, 1, 0])
  expect(await sha256Stored(system, 'files/film.bin')).toBe(await sha256Given(file))
}
