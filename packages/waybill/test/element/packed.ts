/**
 * The package as it is published, in a folder of its own with what it depends on and nothing else,
 * and a page in a real Chromium that uses the element out of it.
 *
 * @module
 */

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { sharedChromium } from '@waybill/test-support/chromium'
import { type Application, startApplication } from '@waybill/test-support/element-application'
import type { Browser, Page } from 'playwright'
import { beforeAll, onTestFinished } from 'vitest'
import { installBuilt } from '../../../../tools/build/built-packages.ts'

/**
 * Packs it once for all tests of a file.
 *
 * @returns The folder of an application that installed it.
 */
export function packedOnce(): () => string {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'waybill-element-'))
    await installBuilt(join(folder, 'node_modules'), 'waybill')
    return () => rm(folder, { recursive: true, force: true })
  })
  return () => folder
}

/** Starts Chromium, once in a process. */
export function browserOnce(): () => Browser {
  let browser: Browser | undefined
  beforeAll(async () => {
    browser = await sharedChromium()
  })
  return () => {
    if (!browser) throw new Error('Chromium has not been started')
    return browser
  }
}

export interface FormPage {
  readonly application: Application
  readonly page: Page
  /** What the page complained of: errors, and what its security policy refused. */
  readonly complaints: readonly string[]
}

export interface FormPageOptions {
  /** The page's files are served from here. */
  readonly folder: string
  /** Path of the script in it. */
  readonly script: string
  /** More attributes of the element. */
  readonly attributes?: string
  /** @param s3 - Where files go to. */
  readonly policy?: (s3: string) => string
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.html': 'text/html',
}

/** Opens a page that has the element in a form and no script but the one that is given. */
export async function openForm(
  browser: Browser,
  { folder, script, attributes = '', policy }: FormPageOptions,
): Promise<FormPage> {
  const html = `<!doctype html><meta charset="utf-8"><title>form</title>
    <script type="module" src="/${script}"></script>
    <form action="/submit" method="post">
      <label for="papers">Your papers</label>
      <waybill-upload id="papers" endpoint="/api/uploads" rule="any" name="files" multiple required ${attributes}>
      </waybill-upload>
      <button id="send">Send</button>
    </form>`
  const application = await startApplication((request, response) => {
    const path = (request.url ?? '/').replace(/\?.*/, '')
    if (policy) response.setHeader('content-security-policy', policy(application.s3Url))
    response.setHeader('content-type', TYPES[extname(path)] ?? 'text/html')
    if (path === '/') response.end(html)
    else void sendFile(join(folder, path), response)
  })
  onTestFinished(() => application.close())
  const context = await browser.newContext()
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.exposeFunction('refused', (refusal: string) => complaints.push(refusal))
  await page.addInitScript(`addEventListener('securitypolicyviolation', (event) =>
    refused(event.effectiveDirective + ' ' + event.blockedURI))`)
  await page.goto(application.url)
  return { application, page, complaints }
}

async function sendFile(file: string, response: ServerResponse): Promise<void> {
  const bytes = await readFile(file).catch(() => undefined)
  if (!bytes) response.statusCode = 404
  response.end(bytes)
}

/** Sends the page's form by its button. @returns What the application has got. */
export async function sendForm(page: Page): Promise<unknown> {
  const [response] = await Promise.all([
    page.waitForResponse((answer) => answer.url().endsWith('/submit')),
    page.locator('#send').click(),
  ])
  return response.json()
}
