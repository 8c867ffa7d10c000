/**
 * A browser at the demo page of `waybill dev`, with a line between them that can be cut.
 *
 * @module
 */

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished, type TestContext } from 'vitest'
import { signRequest } from 'waybill-s3'
import type { DrivenBrowser } from '../browsers/driven-browser.ts'
import type { Engine } from '../browsers/engines.ts'
import { type Line, startLine } from '../browsers/line.ts'
import { CLIP } from './demo-browser.ts'
import { seededFile } from './seeded-file.ts'
import { signedForm } from './upload-form.ts'
import { type DevProcess, startDev, temporaryDirectory } from './waybill-process.ts'

export const MIB = 1024 ** 2

export interface OpenStage {
  readonly dev: DevProcess
  readonly line: Line
  readonly browser: DrivenBrowser
  /** Chooses the file in the page, again after a reload. */
  choose(): Promise<void>
  act(what: 'pause' | 'resume'): Promise<unknown>
  /** What the page says of the upload. */
  status(): Promise<unknown>
  /** What the page says of uploads from before a reload. */
  interrupted(): Promise<unknown>
  /** How many parts the only resume record holds. */
  recordedParts(): Promise<unknown>
  /** Keys of uploads in parts that were neither completed nor aborted. */
  unfinished(): Promise<readonly string[]>
}

/** A video of exactly `size` bytes of which no two parts are alike. */
export async function filmOf(size: number): Promise<Buffer> {
  const clip = await readFile(CLIP)
  const rest = Buffer.from(await seededFile('rest', size - clip.length, size).arrayBuffer())
  // A `free` box, which players skip.
  rest.writeUInt32BE(rest.length, 0)
  rest.write('free', 4, 'latin1')
  return Buffer.concat([clip, rest])
}

/**
 * Reads the records as the page's own code has written them; `undefined` before the first. A
 * database that the page has not made yet is not opened: that would make an empty one.
 */
export const RECORDED_PARTS = `(async () => {
  const result = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = request.onblocked = () => reject(request.error)
  })
  const known = await indexedDB.databases()
  if (!known.some(({ name, version }) => name === 'waybill' && version > 0)) return
  const database = await result(indexedDB.open('waybill'))
  try {
    if (!database.objectStoreNames.contains('resume-records')) return
    const store = database.transaction('resume-records').objectStore('resume-records')
    const records = await result(store.getAll())
    return records.map(({ crcs }) => crcs.filter((crc) => crc !== '').length)[0]
  } finally {
    database.close()
  }
})()`

/** Once the page's script has come, and the element is drawn. */
const DRAWN = `customElements.whenDefined('waybill-upload')
  .then(() => document.querySelector('waybill-upload').updateComplete)
  .then(() => true)`

/** Skips the test, with the reason, where the machine lacks the engine. */
export async function openStage(
  { launch, lacks }: Engine,
  context: TestContext,
  bytes: Buffer,
): Promise<OpenStage> {
  context.skip(lacks !== undefined && !process.env.CI, lacks)
  const home = await temporaryDirectory()
  const file = join(home, 'film.mp4')
  await writeFile(file, bytes)
  const dev = await startDev(join(home, 'bucket'))
  // Where uploads are signed for: not the S3 itself, but the line that the page can make bad.
  const { url: signedFor } = await signedForm(dev.signerUrl)
  const line = await startLine(new URL(signedFor).origin)
  onTestFinished(() => line.close())
  const browser = await launch({ proxy: line.address })
  onTestFinished(() => browser.close())
  await browser.open(dev.url)
  return {
    ...{ dev, line, browser },
    choose: async () => {
      await browser.evaluate(DRAWN)
      await browser.chooseFile('waybill-upload >>> input[type=file]', file)
    },
    act: (what) => browser.evaluate(`document.querySelector('waybill-upload').${what}()`),
    status: () => browser.evaluate("document.getElementById('status').textContent"),
    interrupted: () =>
      browser.evaluate("document.querySelector('waybill-upload').shadowRoot.textContent"),
    recordedParts: () => browser.evaluate(RECORDED_PARTS),
    unfinished: () => unfinishedUploads(dev),
  }
}

async function unfinishedUploads({ s3Url }: DevProcess): Promise<readonly string[]> {
  const { url, headers } = await signRequest({
    bucket: 'uploads',
    region: 'us-east-1',
    endpoint: s3Url,
    credentials: { accessKeyId: 'waybill-local', secretAccessKey: 'waybill-local-secret' },
    method: 'GET',
    query: { uploads: '' },
  })
  const listed = await (await fetch(url, { headers })).text()
  return [...listed.matchAll(/<Key>([^<]+)</g)].map(([, key = '']) => key)
}
