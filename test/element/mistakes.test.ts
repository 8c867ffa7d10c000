/**
 * What a person and a developer see of each mistake in setting up, and after how many seconds: a
 * page with the element in Chromium, a signer behind `node:http`, the local S3.
 *
 * `WAYBILL_MISTAKES=1` prints the table.
 *
 * @module
 */

import { build } from 'esbuild'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { UploadRules } from 'waybill'
import type { WaybillUploadElement } from 'waybill/element'
import { startLocalS3 } from 'waybill/local-s3'
import { startServer, toNodeHandler } from 'waybill/node'
import { createSigner, type SignerOptions } from 'waybill/signer'
import { FOREIGN_HOST, sharedChromium } from '../support/chromium.ts'

const MIB = 1024 ** 2
const SMALL = 10_000
/** Goes in parts. */
const LARGE = 6 * MIB
/** A mistake that needs proof takes some five seconds; a busy machine, longer. */
const SECONDS = 30

/** As JavaScript may write it. */
const NOTHING = (() => undefined) as unknown as () => false
const ANY = { types: ['*/*'], maxSize: '100 MiB' } as const
const RULES: UploadRules = {
  any: { ...ANY, public: true },
  small: { types: ['*/*'], maxSize: 1000, public: true },
  photos: { types: ['image/png'], maxSize: '1 MiB', public: true },
}
const CORS = {
  allowedOrigins: ['http://*'],
  allowedMethods: ['GET', 'PUT', 'POST'],
  allowedHeaders: ['*'],
  exposeHeaders: ['ETag', 'x-amz-checksum-crc64nvme'],
} as const

let browser: Browser
let script = ''
beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: { contents: "import 'waybill/element'", resolveDir: import.meta.dirname },
    ...{ bundle: true, format: 'esm', conditions: ['source'], write: false, outdir: '/' },
  })
  script = outputFiles[0]?.text ?? ''
  browser = await sharedChromium()
})

interface Setup {
  readonly size?: number
  readonly rule?: string
  readonly signer?: Partial<SignerOptions>
  /** Whether the bucket has a CORS rule. */
  readonly cors?: boolean
  /** Host of the page. */
  readonly host?: string
  /** The page's content security policy. */
  readonly policy?: (signer: string) => string
  /** As the page names it. */
  readonly endpoint?: (signer: string) => string
}

interface Seen {
  /** What the row says to the person, last. */
  readonly person: string
  /** What the row says to the developer. */
  readonly row: string
  /** What the console says, each once. */
  readonly console: readonly string[]
  /** What the terminal says. */
  readonly terminal: readonly string[]
  /** From the choice of the file to its end. */
  readonly seconds: number
  readonly code: string | undefined
}

/** Sets it up, chooses a file in the page and looks until it is done or has failed. */
async function look(setup: Setup): Promise<Seen> {
  const { size = SMALL, rule = 'any', cors = true, host = '127.0.0.1' } = setup
  const terminal: string[] = []
  const spy = vi
    .spyOn(console, 'error')
    .mockImplementation((...said) => void terminal.push(said.join(' ')))
  onTestFinished(() => spy.mockRestore())
  const s3 = await startLocalS3({
    pagesFrom: ['*'],
    buckets: [{ name: 'uploads', ...(cors ? { cors: [CORS] } : {}) }],
  })
  const { region, endpoint, credentials } = s3
  const signer = createSigner<UploadRules>({
    ...{ bucket: 'uploads', region, endpoint, credentials, rules: RULES },
    ...{ secret: 'a secret of the tests, long enough to seal', allowedOrigins: () => true },
    ...{ multipartThreshold: '5 MiB', partSize: '5 MiB', ...setup.signer },
  })
  const server = await startServer(toNodeHandler(signer, { basePath: '/api/uploads' }))
  const signerUrl = `http://localhost:${server.port}/api/uploads`
  const at = setup.endpoint?.(signerUrl) ?? signerUrl
  const html = `<!doctype html><title>t</title><waybill-upload endpoint="${at}" rule="${rule}"></waybill-upload><script type="module" src="/e.js"></script>`
  const pages = await startServer((request, response) => {
    const isScript = request.url === '/e.js'
    const policy = setup.policy?.(signerUrl)
    if (policy) response.setHeader('content-security-policy', policy)
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : html)
  })
  const context = await browser.newContext()
  onTestFinished(async () => {
    await context.close()
    await Promise.all([pages.close(), server.close(), s3.close()])
  })
  const page = await context.newPage()
  const warnings: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'warning') warnings.push(message.text())
  })
  await page.goto(`http://${host}:${pages.port}/`)
  const seen = await choose(page, size)
  return { ...seen, console: warnings, terminal }
}

async function choose(page: Page, size: number): Promise<Omit<Seen, 'console' | 'terminal'>> {
  const buffer = Buffer.alloc(size, 7)
  const file = { name: 'a.bin', mimeType: 'application/octet-stream', buffer }
  await page.locator('input[type=file]').first().setInputFiles(file)
  const began = performance.now()
  await page.waitForFunction(
    () => {
      const element = document.querySelector<WaybillUploadElement>('waybill-upload')
      return element?.items.some(({ state }) => state === 'failed' || state === 'done')
    },
    undefined,
    { timeout: SECONDS * 1000 },
  )
  const seconds = Math.round((performance.now() - began) / 100) / 10
  const row = page.locator('waybill-upload li.failed, waybill-upload li.done')
  const text = async (part: string) =>
    (await row.locator(`[part=${part}]`).allTextContents()).join(' ').trim()
  const code = await page.evaluate(
    () => document.querySelector<WaybillUploadElement>('waybill-upload')?.items[0]?.error?.code,
  )
  const person = (await text('status')).replace(/Reference: \S+$/, '')
  return { person, row: await text('message'), seconds, code }
}

const FAULT =
  'The upload could not be completed. Something is wrong with this website, not with your file. Please tell its owner and quote '
const table: string[] = []
afterAll(() => {
  if (process.env.WAYBILL_MISTAKES) console.log(table.join('\n'))
})

/** Each line once, whichever call it is about. */
function withoutCalls(lines: readonly string[]): readonly string[] {
  return [...new Set(lines.map((line) => line.replace(/, call \S+:/, ':')))]
}

interface Expected {
  readonly code: string
  readonly person?: string
  /** In the console, and in the row where the page is local. */
  readonly says?: RegExp
  readonly within?: number
  readonly terminal?: RegExp
}

const HIDDEN = {
  code: 'STORAGE_CORS_MISSING',
  says: /sent no CORS headers to http:\/\/127\.0\.0\.1:\d+: .*AllowedOrigins/,
  within: 15,
}
/** Where nothing listens, as on a phone. */
let closedPort = 0
beforeAll(async () => {
  const { port, close } = await startServer(() => undefined)
  await close()
  closedPort = port
})

const MISTAKES: readonly [string, Setup | (() => Setup), Expected][] = [
  ['no CORS, a small file', { cors: false }, HIDDEN],
  ['no CORS, parts', { cors: false, size: LARGE }, HIDDEN],
  [
    'a wrong bucket, a small file',
    { signer: { bucket: 'uplaods' } },
    {
      ...HIDDEN,
      says: /the storage at http:\/\/127\.0\.0\.1:\d+\/uplaods sent no CORS headers .* or there is no such bucket \(check bucket and region of the signer\)/,
    },
  ],
  [
    'a wrong bucket, parts',
    { signer: { bucket: 'uplaods' }, size: LARGE },
    {
      code: 'STORAGE_REFUSED',
      says: /storage answered 404 NoSuchBucket: .*check the signer's bucket and region/,
      terminal: /^waybill signer: storage answered 404 NoSuchBucket/,
    },
  ],
  [
    'an HTTP page on the LAN, storage at localhost',
    () => ({
      host: FOREIGN_HOST,
      signer: { endpoint: `http://localhost:${closedPort}` },
      endpoint: (signer) => signer.replace('localhost', FOREIGN_HOST),
    }),
    {
      code: 'ADDRESS_BLOCKED',
      says: /http:\/\/localhost:\d+ is the visitor's own device, but the page is at http:\/\/app\.example:\d+: change the signer's endpoint option/,
      within: 15,
    },
  ],
  [
    'an origin that the signer does not allow',
    { signer: { allowedOrigins: ['https://app.example.com'] } },
    {
      code: 'ORIGIN_NOT_ALLOWED',
      says: /origin is "http:\/\/127\.0\.0\.1:\d+", not in allowedOrigins of the signer/,
      terminal: /^waybill signer: ORIGIN_NOT_ALLOWED: origin is "http:\/\/127/,
    },
  ],
  [
    "an address that the page's policy does not allow",
    {
      policy: (signer) =>
        `default-src 'self' 'unsafe-inline'; connect-src ${new URL(signer).origin}`,
    },
    {
      code: 'ADDRESS_BLOCKED',
      says: /Content-Security-Policy does not allow http:\/\/127\.0\.0\.1:\d+: add it to connect-src/,
    },
  ],
  [
    'a clock that is slow, a small file',
    { signer: { effects: { now: () => new Date(Date.now() - 3_000_000) } } },
    {
      code: 'CLOCK_SKEWED',
      says: /the signer's clock is 50 min slow, so the storage rejects what it signs: correct the clock/,
      terminal: /^waybill signer: CLOCK_SKEWED: the signer's clock is 50 min slow/,
      within: 15,
    },
  ],
  [
    'a clock that is fast, parts',
    { size: LARGE, signer: { effects: { now: () => new Date(Date.now() + 3_000_000) } } },
    {
      code: 'CLOCK_SKEWED',
      says: /the signer's clock is 50 min fast/,
      terminal: /^waybill signer: CLOCK_SKEWED: the signer's clock is 50 min fast/,
      within: 15,
    },
  ],
  [
    'a wrong secret key',
    {
      signer: {
        credentials: { accessKeyId: 'waybill-local', secretAccessKey: 'not the one of this key' },
      },
    },
    {
      code: 'STORAGE_REFUSED',
      says: /the storage answered 403 SignatureDoesNotMatch: check secretAccessKey/,
    },
  ],
  ['an unknown rule', { rule: 'phtos' }, { code: 'RULE_UNKNOWN', says: /rule is .*phtos/ }],
  [
    'a wrong endpoint',
    { endpoint: (signer) => `${signer}/nope` },
    { code: 'NOT_FOUND', says: /POST "\/nope" is not a call of the signer/ },
  ],
  [
    'authorize that returns nothing',
    { signer: { rules: { any: { ...ANY, authorize: NOTHING } } } },
    {
      code: 'UNAUTHENTICATED',
      person: 'You are not signed in. Sign in, then try again.',
      terminal: /authorize returned undefined, expected/,
    },
  ],
  [
    'a type that the rule does not have',
    { rule: 'photos' },
    {
      code: 'FILE_TYPE_NOT_ALLOWED',
      person: 'This kind of file is not accepted. Choose one of these: PNG.',
    },
  ],
  [
    'a size above that of the rule',
    { rule: 'small' },
    {
      code: 'FILE_TOO_LARGE',
      person: 'The file is too large. Choose one of at most 1 kB.',
    },
  ],
]

describe('a mistake in setting up', () => {
  it.each(MISTAKES)('is seen: %s', { timeout: 60_000 }, async (name, given, expected) => {
    const seen = await look(typeof given === 'function' ? given() : given)
    const { code, says, within = 8, terminal } = expected
    table.push(
      `| ${name} | ${seen.person} | ${[seen.code, ...new Set([...seen.console, seen.row])].join(' / ')} / ${seen.terminal.length} lines in the terminal: ${seen.terminal[0] ?? ''} | ${seen.seconds} |`,
    )
    expect(seen.code).toBe(code)
    expect(seen.person).toBe(expected.person ?? `${FAULT}${code}.`)
    if (says) expect(seen.console.filter((text) => says.test(text))).toHaveLength(1)
    else expect(seen.console).toEqual([])
    expect(seen.console.join()).not.toContain('gave no answer')
    expect(new Set(seen.console).size).toBe(seen.console.length)
    expect(seen.seconds).toBeLessThan(within)
    if (seen.row && says) expect(seen.row).toMatch(says)
    if (terminal) expect(withoutCalls(seen.terminal)).toEqual([expect.stringMatching(terminal)])
  })
})
