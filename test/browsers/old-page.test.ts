/**
 * A page that is older than its deployment, or without a network: its server no longer has the
 * chunks that `<waybill-upload>` loads when it needs them. A chosen file is always seen.
 *
 * `npm run test:engines` runs it in three engines.
 *
 * @module
 */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { elementScripts, startApplication } from '@waybill/test-support/element-application'
import { eventually } from '@waybill/test-support/eventually'
import { temporaryDirectory } from '@waybill/test-support/waybill-process'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { DrivenBrowser } from './driven-browser.ts'
import { ENGINES } from './engines.ts'

const OUTDATED = 'This page is out of date. Reload it, then choose again'
/** Goes in parts. */
const LARGE = 6 * 1024 ** 2

let scripts: ReadonlyMap<string, Uint8Array> = new Map()

beforeAll(async () => {
  scripts = await elementScripts()
})

interface Server {
  /** What its next deployment no longer has. */
  gone: RegExp | undefined
  /** Cuts connections, or never responds. */
  away?: 'cut' | 'silent' | undefined
}

async function openPage(browser: DrivenBrowser, gone?: RegExp, attributes = '') {
  const server: Server = { gone }
  const { url, close } = await startApplication((request, response) => {
    const path = request.url ?? '/'
    const script = scripts.get(path)
    if (server.away === 'cut') request.socket.destroy()
    if (server.away) return
    if (server.gone?.test(path)) return void response.writeHead(404).end()
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html')
    response.end(
      script ??
        `<!doctype html><html lang="en"><meta charset="utf-8"><title>old</title>
          <script type="module" src="/stdin.js"></script>
          <waybill-upload endpoint="/api/uploads" rule="any" ${attributes}></waybill-upload>`,
    )
  })
  onTestFinished(close)
  await browser.open(url)
  await browser.evaluate("customElements.whenDefined('waybill-upload').then(() => true)")
  const element = "document.querySelector('waybill-upload')"
  const read = (expression: string) => browser.evaluate(`${element}.${expression}`)
  return {
    server,
    text: async () => String(await read('shadowRoot.textContent')),
    outcome: () => read('items.map(({ state, error }) => error?.code ?? state)[0]'),
    choose: async (name: string, size: number) => {
      const path = join(await temporaryDirectory(), name)
      await writeFile(path, Buffer.alloc(size, 7))
      await browser.chooseFile('waybill-upload >>> input[type=file]', path)
    },
  }
}

const engines = ENGINES.filter(
  ({ name, lacks }) =>
    (name === 'chromium' || process.env.WAYBILL_ENGINES) && (!lacks || process.env.CI),
)

describe.each(engines)("an outdated page's <waybill-upload> in $name", ({ launch }) => {
  let browser: DrivenBrowser
  beforeAll(async () => {
    browser = await launch()
    return () => browser.close()
  })

  it.each([
    ['file-list', '', 'done', OUTDATED],
    ['avatar', 'shape="avatar"', 'done', OUTDATED],
    ['large-files', '', 'PAGE_OUTDATED', OUTDATED],
    ['failure-handling', '', 'PAGE_OUTDATED', OUTDATED],
    ['list-chunk', '', 'done', 'Uploaded'],
    ['german', 'lang="de"', 'done', 'Uploaded'],
  ])('shows a chosen file even without its %s', async (chunk, attributes, outcome, words) => {
    const page = await openPage(browser, new RegExp(chunk), attributes)
    await page.choose('film.unknown', LARGE)
    await eventually(page.text).toContain('film.unknown')
    await eventually(page.outcome).toBe(outcome)
    await eventually(page.text).toContain(words)
    expect(await page.text()).toContain('film.unknown')
  })

  it('uploads a file in parts after all of its chunks were deleted', async () => {
    const page = await openPage(browser)
    await eventually(() => browser.evaluate(LOADED)).toEqual([true, true])
    await browser.evaluate(imports(/file-list|failure-handling|large-files/))
    page.server.gone = /js$/
    await page.choose('film.bin', LARGE)
    await eventually(page.text).toContain('film.bin')
    await eventually(page.outcome).toBe('done')
  })

  it.each(['cut', 'silent'] as const)(
    'shows the first file chosen offline (%s), and sends it later',
    async (away) => {
      const page = await openPage(browser, /file-list/)
      // WebKit remembers an import that is cut off: what the page loads when idle must have loaded.
      await browser.evaluate(imports(/failure-handling|list-chunk|large-files/))
      await browser.evaluate(networkIs('offline'))
      page.server.away = away
      await page.choose('film.bin', LARGE)
      await eventually(page.text).toContain('film.bin')
      expect(await page.text()).not.toContain(OUTDATED)
      Object.assign(page.server, { away: undefined, gone: undefined })
      await browser.evaluate(networkIs('online'))
      await eventually(page.outcome).toBe('done')
    },
  )
})

/** Waits for chunks, and for what they import. */
function imports(chunks: RegExp): string {
  const paths = [...scripts.keys()].filter((path) => chunks.test(path))
  return `Promise.all(${JSON.stringify(paths)}.map((path) => import(path))).then(() => true)`
}

/** Whether the list and what large files need have loaded. */
const LOADED = `['file-list', 'large-files'].map((chunk) =>
  performance.getEntriesByType('resource').some(({ name }) => name.includes(chunk)))`

function networkIs(state: 'online' | 'offline'): string {
  return `(() => {
    Object.defineProperty(navigator, 'onLine', { value: ${state === 'online'}, configurable: true })
    return dispatchEvent(new Event('${state}'))
  })()`
}
