/**
 * A page with `<waybill-upload>` in a form, in three engines: what a person does to an upload, and
 * the bytes behind the receipt that the form submits.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  elementScripts,
  RECORDED_PARTS,
  startApplication,
} from '@waybill/test-support/element-application'
import { eventually } from '@waybill/test-support/eventually'
import { seededFile } from '@waybill/test-support/seeded-file'
import { openUploads, storedKeys } from '@waybill/test-support/stored'
import { temporaryDirectory } from '@waybill/test-support/waybill-process'
import { beforeAll, describe, expect, it, onTestFinished, type TestContext } from 'vitest'
import { ENGINES, type Engine } from './engines.ts'
import { startLine } from './line.ts'

const MIB = 1024 ** 2
const INPUT = 'waybill-upload >>> input[type=file]'

const HTML = `<!doctype html><meta charset="utf-8"><title>form</title>
  <script type="module" src="/stdin.js"></script>
  <form action="/submit" method="post">
    <waybill-upload endpoint="/api/uploads" rule="any" name="files" multiple required></waybill-upload>
  </form>`

let scripts: ReadonlyMap<string, Uint8Array> = new Map()

beforeAll(async () => {
  scripts = await elementScripts()
})

/** The page of a form, and a file. @param size - 20 MiB go in four parts. */
async function openPage({ launch, lacks }: Engine, context: TestContext, size = 20 * MIB) {
  context.skip(lacks !== undefined && !process.env.CI, lacks)
  const path = join(await temporaryDirectory(), 'film.bin')
  await writeFile(path, Buffer.from(await seededFile('film.bin', size, 7).arrayBuffer()))
  const { url, s3Url, close } = await startApplication(({ url = '/' }, response) => {
    const script = scripts.get(url)
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html')
    response.end(script ?? HTML)
  })
  onTestFinished(close)
  const line = await startLine(s3Url)
  onTestFinished(() => line.close())
  const browser = await launch({ proxy: line.address })
  onTestFinished(() => browser.close())
  await browser.open(url)
  await browser.evaluate("customElements.whenDefined('waybill-upload').then(() => true)")
  const element = "document.querySelector('waybill-upload')"
  const read = (expression: string) => browser.evaluate(`${element}.${expression}`)
  return {
    ...{ path, line, browser, read, bucket: { s3: { region: 'us-east-1', endpoint: s3Url } } },
    states: () => read('items.map(({ state }) => state)'),
    /** Clicks the first of these buttons: what it is called is the page's. */
    click: (name: string) => browser.evaluate(`(${clickIn})(${element}, ${JSON.stringify(name)})`),
    /** @returns What the application got. */
    submit: () =>
      browser.evaluate(`fetch('/submit', {
        method: 'POST', body: new FormData(document.querySelector('form'))
      }).then((answer) => answer.json())`),
  }
}

/** Runs in the page. */
const clickIn = `(element, name) => {
  const named = [...element.shadowRoot.querySelectorAll('button')].find((button) =>
    (button.getAttribute('aria-label') ?? button.textContent).trim().startsWith(name))
  if (!named) throw new Error('there is no button ' + name)
  named.click()
}`

type OpenPage = Awaited<ReturnType<typeof openPage>>

/** What every scenario ends with: the file is in the bucket, once, whole, with nothing beside it. */
async function expectSubmitted({ states, submit, path, bucket, line }: OpenPage): Promise<void> {
  await eventually(states).toEqual(['done'])
  const bytes = await readFile(path)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  expect(await submit()).toMatchObject({
    fields: ['files'],
    files: [{ name: 'film.bin', size: bytes.length, sha256 }],
  })
  expect(await storedKeys(bucket)).toHaveLength(1)
  expect(await openUploads(bucket)).toEqual([])
  // Wherever a test stops, S3 has the first two: they are not sent again.
  const first = line.storage.exchanges
    .filter(({ request, status }) => request.method === 'PUT' && status === 200)
    .flatMap(({ request: { partNumber = 3 } }) => (partNumber < 3 ? [partNumber] : []))
  expect(first.sort()).toEqual(bytes.length > 16 * MIB ? [1, 2] : [])
}

/** Parts from the third on do not get through. */
async function stopAtTwoParts({ line, browser, path }: OpenPage): Promise<void> {
  line.storage.usePlan(({ method, partNumber = 0 }) =>
    method === 'PUT' && partNumber > 2 ? { kind: 'stall-request', afterBytes: MIB } : undefined,
  )
  await browser.chooseFile(INPUT, path)
  await line.storage.until(() => line.storage.stalled > 0)
  await eventually(() => browser.evaluate(RECORDED_PARTS)).toBe(2)
}

function goOn({ line }: OpenPage): void {
  line.storage.usePlan(() => undefined)
  line.storage.release()
}

describe.each(ENGINES)('<waybill-upload> in $name', (engine) => {
  it('stores a small file with one form', async (context) => {
    const page = await openPage(engine, context, 3 * MIB)
    await page.browser.chooseFile(INPUT, page.path)
    await expectSubmitted(page)
    const operations = page.line.storage.exchanges.map(({ request }) => request.operation)
    expect(operations).toContain('PostObject')
  })

  it('stores a large file in parts, and a form submits its receipt', async (context) => {
    const page = await openPage(engine, context)
    expect(await page.read('checkValidity()')).toBe(false)
    await page.browser.chooseFile(INPUT, page.path)
    await expectSubmitted(page)
    expect(await page.read('checkValidity()')).toBe(true)
  })

  it('pauses and resumes with its buttons', async (context) => {
    const page = await openPage(engine, context)
    await stopAtTwoParts(page)
    await page.click('Pause')
    await eventually(page.states).toEqual(['paused'])
    expect(await page.read('validationMessage')).toBe('Still sending 1 file.')
    goOn(page)
    await page.click('Resume')
    await expectSubmitted(page)
  })

  it('offers an interrupted upload after a reload, and resumes it', async (context) => {
    const page = await openPage(engine, context)
    await stopAtTwoParts(page)
    await page.browser.reload()
    const offers = () =>
      page.browser.evaluate("document.querySelector('waybill-upload').shadowRoot.textContent")
    await eventually(offers).toContain('film.bin')
    expect(await page.states()).toEqual([])
    goOn(page)
    await page.browser.chooseFile(INPUT, page.path)
    await expectSubmitted(page)
  })

  it('resumes after the connection was cut', async (context) => {
    const page = await openPage(engine, context)
    await stopAtTwoParts(page)
    page.line.cut()
    // A browser resends once by itself; the second refusal is seen by the page.
    await page.line.refused(4)
    goOn(page)
    page.line.mend()
    await expectSubmitted(page)
  })
})
