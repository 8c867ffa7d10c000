/**
 * The simplest of clients: the one that the page shows, and the same in a file of somebody's own, on another local
 * server and opened from disk.
 *
 * Slow: each test opens a page in Chromium and waits for what it says. `upload.test.ts` is the part in `npm test`.
 *
 * @module
 */

import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CLIP, eventually, openPage, sharedBrowser } from '@waybill/test-support/demo-browser'
import { listObjects } from '@waybill/test-support/upload-form'
import { sharedDev, startDev, temporaryDirectory } from '@waybill/test-support/waybill-process'
import type { Page } from 'playwright'
import { describe, expect, it, onTestFinished } from 'vitest'

const browser = sharedBrowser()
const running = sharedDev()

/** A page that knows the signer's address and nothing else: no name, no type, no size. */
function clientPage(signerUrl: string): string {
  return `<!doctype html>
<input type="file" id="video">
<script>
  const signer = '${signerUrl}'
  document.querySelector('#video').onchange = async ({ target }) => {
    const { presignedPost } = await (await fetch(signer)).json()
    const form = new FormData()
    for (const name of Object.keys(presignedPost.fields)) form.append(name, presignedPost.fields[name])
    form.append('file', target.files[0])
    const answer = await fetch(presignedPost.url, { method: 'POST', body: form })
    document.title = 'S3 answered ' + answer.status
  }
</script>`
}

/** Serves one page from an origin of its own. */
async function serve(html: string, host: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(html)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return `http://${host}:${address.port}/`
}

async function expectAnswer204(page: Page, { url } = running()): Promise<void> {
  const { count } = await listObjects(url)
  await page.locator('#video').setInputFiles(CLIP)
  await eventually(() => page.title()).toBe('S3 answered 204')
  expect((await listObjects(url)).count).toBe(count + 1)
}

describe('a twelve-line client', () => {
  it.each(['localhost', '127.0.0.1'])('uploads from another server on %s', async (host) => {
    const url = await serve(clientPage(running().signerUrl), host)
    const { page } = await openPage(browser(), url)
    await expectAnswer204(page)
  })

  it('uploads from a page on disk', async () => {
    const home = await temporaryDirectory()
    const dev = await startDev(home, { args: ['--null-origin'] })
    const file = join(home, 'index.html')
    await writeFile(file, clientPage(dev.signerUrl))
    const { page } = await openPage(browser(), pathToFileURL(file).href)
    await expectAnswer204(page, dev)
  })
})

describe('simple.html', () => {
  it('sends a video and shows where it was stored', async () => {
    const { page, complaints } = await openPage(browser(), `${running().url}/simple.html`)
    await page.getByLabel('Choose a video').setInputFiles(CLIP)
    const output = page.locator('output')
    await eventually(() => output.textContent()).toContain('S3 answered 204')
    const key = /Stored as (\S+)/.exec((await output.textContent()) ?? '')?.[1]
    const { objects } = await listObjects(running().url)
    expect(objects.map((object) => object.key)).toContain(key)
    expect(complaints).toEqual([])
  })

  it('shows why a file was rejected', async () => {
    const { page } = await openPage(browser(), `${running().url}/simple.html`)
    const file = { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<p>') }
    await page.getByLabel('Choose a video').setInputFiles(file)
    await eventually(() => page.locator('output').textContent()).toContain(
      'The signer refused: type is "text/html"',
    )
  })

  it('does nothing when the choice is cleared', async () => {
    const { page, complaints } = await openPage(browser(), `${running().url}/simple.html`)
    const input = page.getByLabel('Choose a video')
    await input.setInputFiles(CLIP)
    const output = page.locator('output')
    await eventually(() => output.textContent()).toContain('S3 answered 204')
    const before = await output.textContent()
    await input.setInputFiles([])
    await input.evaluate((cleared) => cleared.dispatchEvent(new Event('change')))
    expect(await output.textContent()).toBe(before)
    expect(complaints).toEqual([])
  })

  it('shows exactly the script that it runs', async () => {
    const { page } = await openPage(browser(), `${running().url}/simple.html`)
    const script = await (await fetch(`${running().url}/simple.js`)).text()
    expect(await page.locator('pre').textContent()).toBe(script.trimEnd())
  })
})
