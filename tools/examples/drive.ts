/**
 * Uses an example's page as a user would: chooses a file and submits the form. Then checks that the
 * file is in S3, and that another user cannot submit the same receipt.
 *
 * @module
 */

import { createHash, randomBytes } from 'node:crypto'
import type { Browser, BrowserContext, Page, Request } from 'playwright'
import { signRequest } from 'waybill-s3'
import type { Example } from './description.ts'
import type { RunningExample } from './start.ts'

const STEP_LIMIT_MS = 60_000

/** A one-pixel picture that a page can show. Browsers ignore bytes after its end. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)
/** The first file is uploaded in one request, the second in parts. */
const SIZES = [100 * 1024, 20 * 1024 ** 2]

/** @throws {Error} If the page, the server or S3 does not behave as the example promises. */
export async function useExample(
  browser: Browser,
  example: Example,
  { url, s3Url }: RunningExample,
): Promise<void> {
  for (const size of SIZES) {
    const bytes = Buffer.concat([PIXEL, randomBytes(size - PIXEL.length)])
    const person = await browser.newContext()
    const { key, sent } = await uploadAndSend(person, example, url, bytes)
    const stored = await storedBytes(s3Url, key)
    if (hash(stored) !== hash(bytes)) {
      throw new Error(`${key} has ${stored.length} bytes, which are not the ${size} of the file`)
    }
    const [stranger, nobody] = [await browser.newContext(), await browser.newContext()]
    await stranger.request.get(url)
    await demandRefusal(stranger, { sent, key })
    await demandRefusal(nobody, { sent, key })
    await Promise.all([person.close(), stranger.close(), nobody.close()])
  }
}

interface Sent {
  readonly key: string
  readonly sent: Request
}

async function uploadAndSend(
  person: BrowserContext,
  example: Example,
  url: string,
  buffer: Buffer,
): Promise<Sent> {
  const page = await person.newPage()
  page.setDefaultTimeout(STEP_LIMIT_MS)
  const errors = errorsOf(page)
  let failure: unknown
  const result = await usePage(page, example, url, buffer).catch((error: unknown) => {
    failure = error
    return undefined
  })
  if (result && errors.length === 0) return result
  const said = errors.length > 0 ? `it says: ${errors.join('; ')}` : 'it says no error'
  throw new Error(`the page of ${example.name} fails, ${said}`, { cause: failure })
}

async function usePage(
  page: Page,
  { choose, stored, send, key, contentType }: Example,
  url: string,
  buffer: Buffer,
): Promise<Sent> {
  await page.goto(url)
  const file = { name: 'my picture.png', mimeType: contentType, buffer }
  await page.locator(choose).setInputFiles(file)
  await page.locator(stored).waitFor()
  const [sent] = await Promise.all([
    page.waitForRequest((request) => request.method() === 'POST' && request.url().startsWith(url)),
    page.locator(send).click(),
  ])
  const told = await page.locator(key).textContent()
  if (!told?.trim()) throw new Error(`${key} of the page holds no object key`)
  return { key: told.trim(), sent }
}

function errorsOf(page: Page): readonly string[] {
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => {
    const isMissingIcon = message.location().url.endsWith('/favicon.ico')
    if (message.type() === 'error' && !isMissingIcon) errors.push(message.text())
  })
  return errors
}

/** Checks that the server rejects the form from another user and from one without a session. */
async function demandRefusal(
  other: BrowserContext,
  { sent, key }: { readonly sent: Request; readonly key: string },
): Promise<void> {
  const { cookie, 'content-length': _, ...headers } = sent.headers()
  const answer = await other.request.post(sent.url(), {
    data: sent.postDataBuffer() ?? '',
    headers: { ...headers, origin: new URL(sent.url()).origin },
    timeout: STEP_LIMIT_MS,
  })
  // Next.js server actions always respond with 200, and report the result in the body.
  const isAccepted = answer.ok() && (await answer.text()).includes(key)
  if (!isAccepted && answer.status() < 500) return
  throw new Error(`somebody else's form is answered with ${answer.status()}, wanted a refusal`)
}

async function storedBytes(endpoint: string, key: string): Promise<Buffer> {
  const credentials = { accessKeyId: 'waybill-local', secretAccessKey: 'waybill-local-secret' }
  const place = { endpoint, region: 'us-east-1', bucket: 'uploads', key }
  const { url, headers } = await signRequest({ ...place, credentials, method: 'GET' })
  const answer = await fetch(url, { headers, signal: AbortSignal.timeout(STEP_LIMIT_MS) })
  if (!answer.ok) throw new Error(`S3 answers ${answer.status} for ${key}`)
  return Buffer.from(await answer.arrayBuffer())
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
