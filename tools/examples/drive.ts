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
  const person = await browser.newContext()
  const others = [await browser.newContext(), await browser.newContext()] as const
  const [stranger, nobody] = others
  await signIn(person, example, url, 'ada')
  const form = await signIn(stranger, example, url, 'eve')
  for (const size of SIZES) {
    const bytes = Buffer.concat([PIXEL, randomBytes(size - PIXEL.length)])
    const { key, sent, link } = await uploadAndSend(person, example, url, bytes)
    const stored = await storedBytes(s3Url, key)
    if (hash(stored) !== hash(bytes)) {
      throw new Error(`${key} has ${stored.length} bytes, which are not the ${size} of the file`)
    }
    await demandRefusal(stranger, { sent, key }, example.login ? form : undefined, example.refusal)
    await demandRefusal(nobody, { sent, key })
    if (link) await demandPrivate(link, bytes, person, others)
  }
}

/** @returns The page for which this user had to sign in. */
async function signIn(
  context: BrowserContext,
  { login }: Example,
  url: string,
  name: string,
): Promise<Page> {
  const page = await context.newPage()
  page.setDefaultTimeout(STEP_LIMIT_MS)
  await page.goto(url)
  if (login) {
    await page.locator(login).fill(name)
    await page.locator('input[type=password]').fill(name)
    await page.keyboard.press('Enter')
    await page.waitForURL((now) => now.href === `${url}/`)
  }
  return page
}

interface Sent {
  readonly key: string
  readonly sent: Request
  /** The URL of the link to the stored file, if the page has one. */
  readonly link?: string
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
  { choose, stored, send, key, contentType, link }: Example,
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
  const href = link && (await page.locator(link).getAttribute('href'))
  return { key: told.trim(), sent, ...(href ? { link: new URL(href, url).href } : {}) }
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

/**
 * Checks that the server rejects the form from another user and from one without a session.
 *
 * @param own - The other user's own page. Its form's token against CSRF replaces the one that was sent.
 * @param refusal - What the server has to say.
 */
async function demandRefusal(
  other: BrowserContext,
  { sent, key }: { readonly sent: Request; readonly key: string },
  own?: Page,
  refusal = '',
): Promise<void> {
  const { cookie, 'content-length': _, ...headers } = sent.headers()
  const answer = await other.request.post(sent.url(), {
    data: own ? await ownForm(own, sent) : (sent.postDataBuffer() ?? ''),
    headers: { ...headers, origin: new URL(sent.url()).origin },
    timeout: STEP_LIMIT_MS,
  })
  // Next.js server actions always respond with 200, and report the result in the body.
  const text = await answer.text()
  const isAccepted = answer.ok() && text.includes(key)
  if (!isAccepted && answer.status() < 500 && text.includes(refusal)) return
  throw new Error(`somebody else's form is answered with ${answer.status()}, wanted a refusal`)
}

async function ownForm(own: Page, sent: Request): Promise<string> {
  const body = new URLSearchParams(sent.postData() ?? '')
  for (const input of await own.locator('form input[type=hidden][name]').all()) {
    body.set((await input.getAttribute('name')) ?? '', await input.inputValue())
  }
  return `${body}`
}

/** Checks that the link returns the file to its owner, and to nobody else. */
async function demandPrivate(
  link: string,
  bytes: Buffer,
  owner: BrowserContext,
  others: readonly BrowserContext[],
): Promise<void> {
  const file = await (await owner.request.get(link)).body()
  if (hash(file) !== hash(bytes)) throw new Error(`${link} returns ${file.length} other bytes`)
  for (const other of others) {
    const answer = await other.request.get(link)
    if (hash(await answer.body()) === hash(bytes)) throw new Error(`${link} is open to others`)
  }
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
