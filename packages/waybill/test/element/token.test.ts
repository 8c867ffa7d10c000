/**
 * A page in Chromium whose server knows the user by a cookie and issues tokens for the signer.
 *
 * @module
 */

import { sharedChromium } from '@waybill/test-support/chromium'
import { startApplication } from '@waybill/test-support/element-application'
import { build } from 'esbuild'
import { expect, it, onTestFinished } from 'vitest'
import type { WaybillUploadElement } from 'waybill/element'

const HTML = `<!doctype html><script type="module" src="/element.js"></script>
  <form>
    <waybill-upload endpoint="/api/uploads" rule="tokens" token-url="/token" name="files" multiple>
    </waybill-upload>
  </form>`

async function openPage() {
  const { outputFiles } = await build({
    stdin: { contents: "import 'waybill/element'", resolveDir: import.meta.dirname },
    ...{ bundle: true, format: 'esm', conditions: ['@waybill/source'], write: false, outdir: '/' },
  })
  const issued: string[] = []
  const refused: string[] = []
  const application = await startApplication(({ url, headers }, response) => {
    if (url === '/login') {
      response.writeHead(204, { 'set-cookie': 'session=me; HttpOnly; SameSite=Strict' }).end()
    } else if (url === '/token' && headers.cookie === 'session=me') {
      issued.push(`token-${issued.length + 1}`)
      application.tokens.add(issued.at(-1) ?? '')
      response.end(issued.at(-1))
    } else if (url === '/token') {
      refused.push(url)
      response.writeHead(302, { location: '/login-page' }).end()
    } else {
      const isScript = url === '/element.js'
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
      response.end(isScript ? outputFiles[0]?.text : HTML)
    }
  })
  onTestFinished(() => application.close())
  const page = await (await sharedChromium()).newPage()
  onTestFinished(() => page.close())
  await page.goto(application.url)
  const element = page.locator('waybill-upload')
  const add = (name: string) =>
    element
      .locator('input[type=file]')
      .setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(name) })
  const states = (...expected: readonly string[]) =>
    expect
      .poll(() =>
        element.evaluate((at: WaybillUploadElement) => at.items.map(({ state }) => state)),
      )
      .toEqual(expected)
  return { application, issued, refused, page, element, add, states }
}

it('uploads with tokens that the page requests with its cookie, and renews one that expired', async () => {
  const { application, issued, refused, page, element, add, states } = await openPage()
  await add('a.txt')
  await states('failed')
  const error = await element.evaluate(
    ({ items: [item] }: WaybillUploadElement) => item?.error?.code,
  )
  expect(error).toBe('UNAUTHENTICATED')
  expect([issued.length, refused.length > 0]).toEqual([0, true])
  const row = element.locator('.row')
  await expect.poll(() => row.textContent()).toContain('tokenUrl /token responded with a redirect')
  await page.evaluate(() => fetch('/login'))
  await element.evaluate((at: WaybillUploadElement) => at.retry())
  await states('done')
  await add('b.txt')
  await states('done', 'done')
  expect(issued).toEqual(['token-1'])
  application.tokens.clear()
  await add('c.txt')
  await states('done', 'done', 'done')
  expect(issued).toEqual(['token-1', 'token-2'])
})
