/**
 * What a person and a developer see of each mistake in setting up: a page with the element in
 * Chromium, a signer in Express, the local S3.
 *
 * Slow: each mistake is a browser page that waits for real seconds, until the element says what is
 * wrong. What the client takes for which mistake is in `packages/waybill/test/client/send/mistakes.test.ts`.
 *
 * @module
 */

import type { RequestListener } from 'node:http'
import { PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3'
import { FOREIGN_HOST, sharedChromium } from '@waybill/test-support/chromium'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright'
import { type StrictS3, type StrictS3Options, startStrictS3 } from 'strict-s3'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { WaybillUploadElement } from 'waybill/element'
import { startServer } from 'waybill/node'
import { type SignerSource, startExpressApp } from './mistakes/express-app.ts'

const MIB = 1024 ** 2
const SMALL = 10_000
/** Goes in parts. */
const LARGE = 6 * MIB
/** Most end in seconds, on a busy machine later. */
const SECONDS = 100

const RULES = `{
    any: { types: ['*/*'], maxSize: '100 MiB', public: true },
    photos: { types: ['image/png'], maxSize: '1 MiB', public: true },
  }`
const CORS = {
  allowedOrigins: ['http://*'],
  allowedMethods: ['GET', 'PUT', 'POST'],
  allowedHeaders: ['*'],
  exposeHeaders: ['ETag', 'x-amz-checksum-crc64nvme'],
} as const

const WRONG_KEY = "{ accessKeyId: 'waybill-local', secretAccessKey: 'not the one of this key' }"

let browser: Browser
let script = ''
beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: { contents: "import 'waybill/element'", resolveDir: import.meta.dirname },
    ...{ bundle: true, format: 'esm', conditions: ['@waybill/source'], write: false, outdir: '/' },
  })
  script = outputFiles[0]?.text ?? ''
  browser = await sharedChromium()
})

interface Seen {
  /** The row's text for the user, at the end. */
  readonly person: string
  /** The row's text for the developer. */
  readonly row: string
  readonly code: string | undefined
  /** Waybill's warnings. */
  readonly console: readonly string[]
  /** The server's output. */
  readonly terminal: string
}

interface Setup {
  /** Options of the local S3. */
  readonly s3?: StrictS3Options
  /** What the page's own server answers to the signer's calls. */
  readonly own?: RequestListener
  readonly size?: number
  readonly rule?: string
  /** Options of the signer, as they stand in its `signer.js`. */
  readonly signer?: SignerSource
  /** An action that the bucket's policy denies. */
  readonly denied?: string
  /** Whether the bucket has a CORS rule. */
  readonly cors?: boolean
  /** Host of the page. */
  readonly host?: string
  /** The page's content security policy. */
  readonly policy?: (signer: string) => string
  /** Where to stop looking, as it would go on for minutes. @default 'failed' */
  readonly until?: 'waiting'
  /** Whether nothing ever responds, so that no likelier cause is found. */
  readonly isSilent?: boolean
  /** As the page names it. */
  readonly endpoint?: (signer: string) => string
}

/** What a right `signer.js` says, and the mistake. */
function signerSource(storage: string, pagePort: number, mistake: SignerSource = {}): SignerSource {
  return {
    bucket: "'uploads'",
    region: "'us-east-1'",
    endpoint: `'${storage}'`,
    credentials: "{ accessKeyId: 'waybill-local', secretAccessKey: 'waybill-local-secret' }",
    secret: "'a secret of the tests, long enough to seal'",
    allowedOrigins: `['http://127.0.0.1:${pagePort}', 'http://${FOREIGN_HOST}:${pagePort}']`,
    multipartThreshold: "'5 MiB'",
    partSize: "'5 MiB'",
    rules: RULES,
    ...mistake,
  }
}

/** Sets a bucket policy that denies an action to everyone, also to the signer. */
async function deny(s3: StrictS3, action: string): Promise<void> {
  const { origin: endpoint } = new URL(s3.endpoint)
  const statement = { Effect: 'Deny', Principal: '*', Action: action }
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ ...statement, Resource: 'arn:aws:s3:::uploads/*' }],
  })
  const { region, credentials } = s3
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true })
  await client.send(new PutBucketPolicyCommand({ Bucket: 'uploads', Policy }))
}

/** Sets it up, chooses a file in the page and looks until it is done or has failed. */
async function look(setup: Setup): Promise<Seen> {
  const { size = SMALL, rule = 'any', cors = true, host = '127.0.0.1' } = setup
  const s3 = await startStrictS3({
    pagesFrom: ['*'],
    buckets: [{ name: 'uploads', ...(cors ? { cors: [CORS] } : {}) }],
    log: () => {},
    ...setup.s3,
  })
  if (setup.denied) await deny(s3, setup.denied)
  let signerUrl = ''
  const pages = await startServer((request, response) => {
    const isScript = request.url === '/e.js'
    if (setup.own && !isScript && request.url !== '/') return setup.own(request, response)
    if (!isScript && request.url !== '/') response.statusCode = 404
    const policy = setup.policy?.(signerUrl)
    const at = setup.endpoint?.(signerUrl) ?? signerUrl
    const html = `<!doctype html><title>t</title><waybill-upload endpoint="${at}" rule="${rule}"></waybill-upload><script type="module" src="/e.js"></script>`
    if (policy) response.setHeader('content-security-policy', policy)
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : html)
  })
  const app = await startExpressApp(signerSource(s3.endpoint, pages.port, setup.signer))
  signerUrl = `http://localhost:${app.port}/api/uploads`
  const context = await browser.newContext()
  onTestFinished(async () => {
    await context.close()
    await Promise.all([pages.close(), s3.close()])
  })
  const page = await context.newPage()
  const warnings: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'warning') warnings.push(message.text())
  })
  await page.goto(`http://${host}:${pages.port}/`)
  // What may pass is said in the console only when it has lasted for a while.
  const isWarned = setup.until && page.waitForEvent('console', (each) => each.type() === 'warning')
  const seen = await choose(page, { size, ...setup }, isWarned)
  // A page that tries again would miss the signer, which ends here.
  await page.close()
  return { ...seen, console: warnings, terminal: await app.stop() }
}

async function choose(
  page: Page,
  {
    size = SMALL,
    until = 'failed',
    isSilent = false,
  }: Omit<Setup, 'until'> & { readonly until?: 'failed' | 'waiting' },
  isWarned?: Promise<unknown>,
): Promise<Pick<Seen, 'person' | 'row' | 'code'>> {
  const buffer = Buffer.alloc(size, 7)
  const file = { name: 'a.bin', mimeType: 'application/octet-stream', buffer }
  await page.locator('input[type=file]').first().setInputFiles(file)
  await isWarned
  const seen = await page.waitForFunction(
    ({ end, isSilent }) => {
      const element = document.querySelector<WaybillUploadElement>('waybill-upload')
      const row = element?.shadowRoot?.querySelector(`li.${end}, li.done`)
      const { error, waiting } = element?.items[0] ?? {}
      const cause = error ?? waiting?.error
      // The cause of a wait is looked for while it lasts.
      if (!row || (!isSilent && cause?.message.includes('did not respond'))) return undefined
      const text = (part: string) => row.querySelector(`[part~=${part}]`)?.textContent.trim() ?? ''
      // After ten seconds it says what to do if it goes on.
      if (end === 'waiting' && !text('status').includes('tell this website’s owner'))
        return undefined
      return { person: text('status'), row: text('message'), code: cause?.code }
    },
    { end: until, isSilent },
    { timeout: SECONDS * 1000 },
  )
  const { person = '', row = '', code } = (await seen.jsonValue()) ?? {}
  // Every call has another id.
  return { person: person.replace(/\s+(?:Reference: )?[0-9a-f]{16}$/i, ''), row, code }
}

const AWAY =
  /^Server unavailable\. Retrying.+ · Your file is fine\. If this continues, tell this website’s owner\.\s+Reference: \w+$/
const FAULT = /^Website problem\. Please tell its owner\.\s+Reference: (\w+)$/

interface Expected {
  readonly code: string
  readonly person?: string | RegExp
  /** In the console, and in the row where the page is local. */
  readonly says?: RegExp
  /** The whole of what the server prints, stacks left out. */
  readonly terminal?: RegExp
}

const HIDDEN = {
  code: 'STORAGE_CORS_MISSING',
  says: /sent no CORS headers to http:\/\/127\.0\.0\.1:\d+: check.* the bucket's CORS rule has http:\/\/127\.0\.0\.1:\d+ in AllowedOrigins/,
}
/** Where nothing listens, as on a phone, and where another server does. */
let closedPort = 0
let otherPort = 0
beforeAll(async () => {
  const { port, close } = await startServer(() => undefined)
  await close()
  closedPort = port
  const other = await startServer((_, response) => response.writeHead(404).end('Cannot POST'))
  otherPort = other.port
  return () => other.close()
})

const MISTAKES: readonly [string, Setup | (() => Setup), Expected][] = [
  ['The bucket has no CORS rule, a small file', { cors: false }, HIDDEN],
  [
    'There is no such bucket, a small file',
    { signer: { bucket: "'uplaods'" } },
    {
      ...HIDDEN,
      says: /the storage at http:\/\/127\.0\.0\.1:\d+\/uplaods sent no CORS headers .*: check, in this order, that http:\/\/127\.0\.0\.1:\d+ is an S3 server \(the signer's endpoint option\), the bucket exists \(the signer's bucket and region\)/,
    },
  ],
  [
    'There is no such bucket, a large file (it goes in parts)',
    { signer: { bucket: "'uplaods'" }, size: LARGE },
    {
      code: 'STORAGE_REFUSED',
      says: /CreateMultipartUpload failed with 404 NoSuchBucket: .*check the signer's bucket and region/,
      terminal:
        /^waybill signer, call \w+: STORAGE_REFUSED: CreateMultipartUpload failed with 404 NoSuchBucket.*\n$/,
    },
  ],
  [
    'The page is opened on another device of the network, but the storage is at localhost',
    () => ({
      host: FOREIGN_HOST,
      signer: { endpoint: `'http://localhost:${closedPort}'` },
      endpoint: (signer) => signer.replace('localhost', FOREIGN_HOST),
    }),
    {
      code: 'ADDRESS_BLOCKED',
      says: /http:\/\/localhost:\d+ is the visitor's own device, but the page is at http:\/\/app\.example:\d+: change the signer's endpoint option/,
    },
  ],
  [
    'The signer does not allow the origin of the page',
    { signer: { allowedOrigins: "['https://app.example.com']" } },
    {
      code: 'ORIGIN_NOT_ALLOWED',
      says: /origin is "http:\/\/127\.0\.0\.1:\d+", which the signer's allowedOrigins does not have: add it there/,
      terminal: /^waybill signer: ORIGIN_NOT_ALLOWED: origin is "http:\/\/127.*\n$/,
    },
  ],
  [
    'The signer allows no origin, and the page is on another one',
    { signer: { allowedOrigins: '[]' } },
    {
      code: 'ORIGIN_NOT_ALLOWED',
      says: /origin is "http:\/\/127\.0\.0\.1:\d+", but the signer's allowedOrigins is \[\]: add it there/,
      terminal:
        /^waybill signer: ORIGIN_NOT_ALLOWED: origin is "http:\/\/127.*allowedOrigins is \[\].*\n$/,
    },
  ],
  [
    "The page's Content-Security-Policy does not allow the storage",
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
    "The server's clock is 50 minutes slow, a small file",
    { signer: { effects: '{ now: () => new Date(Date.now() - 3_000_000) }' } },
    {
      code: 'CLOCK_SKEWED',
      says: /the signer's clock is 50 min slow, so the storage rejects what it signs: set the clock of the server it runs on/,
      terminal: /^waybill signer, call \w+: CLOCK_SKEWED: the signer's clock is 50 min slow.*\n$/,
    },
  ],
  [
    "The server's clock is 50 minutes fast, a large file (it goes in parts)",
    { size: LARGE, signer: { effects: '{ now: () => new Date(Date.now() + 3_000_000) }' } },
    {
      code: 'CLOCK_SKEWED',
      says: /the signer's clock is 50 min fast/,
      terminal: /^waybill signer, call \w+: CLOCK_SKEWED: the signer's clock is 50 min fast.*\n$/,
    },
  ],
  [
    'The secret key of the storage is wrong, a small file',
    { signer: { credentials: WRONG_KEY } },
    {
      code: 'STORAGE_REFUSED',
      says: /the storage responded with 403 SignatureDoesNotMatch: secretAccessKey does not belong to accessKeyId/,
    },
  ],
  [
    'The region is wrong, a large file (it goes in parts)',
    { size: LARGE, signer: { region: "'eu-west-1'" } },
    {
      code: 'STORAGE_REFUSED',
      says: /CreateMultipartUpload failed with 400 \w+: the bucket is in another region, set the signer's region to 'us-east-1'/,
      terminal:
        /^waybill signer, call \w+: STORAGE_REFUSED: CreateMultipartUpload failed with 400 .*\n$/,
    },
  ],
  [
    'The endpoint of the storage is another server, a small file',
    () => ({ signer: { endpoint: `'http://localhost:${otherPort}'` } }),
    {
      ...HIDDEN,
      says: /check, in this order, that http:\/\/localhost:\d+ is an S3 server \(the signer's endpoint option\)/,
    },
  ],
  [
    'The local S3 is not running, a small file',
    () => ({
      signer: { endpoint: `'http://localhost:${closedPort}'` },
      until: 'waiting',
      isSilent: true,
    }),
    {
      code: 'NETWORK_FAILED',
      person: AWAY,
      says: /the storage at http:\/\/localhost:\d+ did not respond: is it running, and is this its address \(the signer's endpoint option\)\? If so, check that the signer's bucket exists/,
    },
  ],
  [
    'The local S3 is not running, a large file (it goes in parts)',
    () => ({
      size: LARGE,
      signer: { endpoint: `'http://localhost:${closedPort}'` },
      until: 'waiting',
      isSilent: true,
    }),
    {
      code: 'STORAGE_UNAVAILABLE',
      person: AWAY,
      says: /CreateMultipartUpload failed after 4 tries: http:\/\/localhost:\d+ did not respond \(is it running\?/,
      terminal:
        /^(?:waybill signer, call \w+: STORAGE_UNAVAILABLE: CreateMultipartUpload .* \(ECONNREFUSED\)\n)+$/,
    },
  ],
  [
    "The page's own server answers each call with its HTML and status 200",
    {
      endpoint: () => '/api/uploads',
      own: (_, response) => response.end('<!doctype html>'),
    },
    {
      code: 'RESPONSE_INVALID',
      says: /api\/uploads responded with 200 and a page \(HTML\): not a signer's response\. This is the page's own server/,
    },
  ],
  [
    "The page's own server passes the calls on, but the signer is not running",
    {
      endpoint: () => '/api/uploads',
      // As Vite's proxy does.
      own: (_, response) => response.writeHead(500, { 'content-type': 'text/plain' }).end(),
      until: 'waiting',
    },
    {
      code: 'SIGNER_UNAVAILABLE',
      person: AWAY,
      says: /api\/uploads responded with 500: not a signer's response\. Is the signer running\? If a proxy/,
    },
  ],
  [
    "The signer's user may not read objects, a small file",
    { denied: 's3:GetObject' },
    {
      code: 'STORAGE_REFUSED',
      says: /HeadObject failed with 403 AccessDenied: the signer's credentials need s3:GetObject on arn:aws:s3:::uploads\/\*, and s3:ListBucket on arn:aws:s3:::uploads \(without it, a missing object gets 403 too\)/,
      terminal:
        /^waybill signer, call \w+: STORAGE_REFUSED: HeadObject failed with 403 AccessDenied .*\n$/,
    },
  ],
  [
    'The page names a rule that the signer does not have',
    { rule: 'phtos' },
    {
      code: 'RULE_UNKNOWN',
      says: /rule is "phtos", the signer has "any", "photos": name one of these in the page, or add the rule/,
    },
  ],
  [
    'The endpoint has a path too many',
    { endpoint: (signer) => `${signer}/nope` },
    {
      code: 'NOT_FOUND',
      says: /"\/nope" is not a path of the signer: if the signer is mounted there, set its basePath .*; else remove it from the end of the page's endpoint/,
    },
  ],
  [
    "The page's own server gets the calls: no proxy passes them to Express",
    { endpoint: () => '/api/uploads' },
    {
      code: 'RESPONSE_INVALID',
      says: /http:\/\/127\.0\.0\.1:\d+\/api\/uploads responded with 404 and a page \(HTML\): not a signer's response\. This is the page's own server\. If the signer is part of it, compare the page's endpoint/,
    },
  ],
  [
    'The endpoint names a path at which Express has nothing (from another origin)',
    { endpoint: (signer) => signer.replace('/uploads', '/upload'), until: 'waiting' },
    {
      code: 'NOT_FOUND',
      person: AWAY,
      says: /the server at http:\/\/localhost:\d+\/api\/upload sent no CORS headers to http:\/\/127\.0\.0\.1:\d+: compare the page's endpoint/,
    },
  ],
  [
    'The secret is missing, and is asked for at each call',
    { signer: { secret: '() => process.env.WAYBILL_SECRT' }, until: 'waiting' },
    {
      code: 'SIGNER_UNAVAILABLE',
      person: AWAY,
      says: /the signer has no secret to seal with, its log says why/,
      terminal:
        /^waybill signer, call \w+: .*secret is missing, expected at least 32 random characters.*\n$/,
    },
  ],
  [
    'authorize returns nothing',
    {
      signer: {
        rules: "{ any: { types: ['*/*'], maxSize: '1 MiB', authorize: () => undefined } }",
      },
    },
    {
      code: 'UNAUTHENTICATED',
      person:
        'Please sign in and try again. If you are already signed in, the problem is with this website, not your file. Please tell its owner.',
      says: /rules\.any\.authorize returned undefined, expected false or an object whose owner is a non-empty string/,
      terminal:
        /^waybill signer, call \w+: rules\.any\.authorize returned undefined, expected .*\n$/,
    },
  ],
  [
    'The file has a type that the rule does not allow',
    { rule: 'photos' },
    {
      code: 'FILE_TYPE_NOT_ALLOWED',
      person: 'Wrong file type. Choose PNG.',
      says: /type is "application\/octet-stream" \(from the browser, or the file's extension\), the signer's rule allows image\/png \(types\)/,
    },
  ],
]

/** These end the server as it starts: there is no page to look at. */
const NO_START: readonly [string, SignerSource, RegExp][] = [
  [
    'The secret is missing',
    { secret: 'process.env.WAYBILL_SECRT' },
    /^RangeError: secret is missing, expected at least 32 random characters, such as npx waybill-cli secret prints; if it comes from an environment variable, the variable is not set/m,
  ],
  [
    'The secret is too short',
    { secret: "'sesame'" },
    /^RangeError: secret is 6 characters, expected at least 32 random characters, such as npx waybill-cli secret prints/m,
  ],
  [
    'The keys of the storage are missing',
    {
      credentials:
        '{ accessKeyId: process.env.AWS_ACCESS_KEY, secretAccessKey: process.env.AWS_SECRET }',
    },
    /^TypeError: credentials\.accessKeyId is undefined, expected a string; if it comes from an environment variable, the variable is not set/m,
  ],
  [
    'A rule says neither who may upload (authorize) nor that anybody may (public)',
    { rules: "{ any: { types: ['*/*'], maxSize: '1 MiB' } }" },
    /^TypeError: rules\.any does not say who may upload: add authorize to the rule or the signer, or set public: true in the rule to let everyone upload/m,
  ],
]

describe('a setup mistake', () => {
  it.each(MISTAKES)('is shown: %s', { timeout: 120_000 }, async (_, given, expected) => {
    const setup = typeof given === 'function' ? given() : given
    const seen = await look(setup)
    const { code, says, terminal } = expected
    expect(seen.code).toBe(code)
    const { person } = expected
    if (!person) expect(FAULT.exec(seen.person)?.[1]).toBe(code)
    else if (typeof person === 'string') expect(seen.person).toBe(person)
    else expect(seen.person).toMatch(person)
    if (says) expect(seen.console.filter((text) => says.test(text))).toHaveLength(1)
    else expect(seen.console).toEqual([])
    if (!setup.isSilent) expect(seen.console.join()).not.toContain('did not respond')
    expect(new Set(seen.console).size).toBe(seen.console.length)
    if (says && (seen.row || setup.until)) expect(seen.row).toMatch(says)
    expect(seen.terminal).toMatch(terminal ?? /^$/)
  })

  it.each(NO_START)('prevents the server from starting: %s', async (_, signer, says) => {
    const app = await startExpressApp(signerSource('http://127.0.0.1:9000', 3000, signer))
    const terminal = await app.stop()
    expect(app.exitCode).toBe(1)
    expect(terminal).toMatch(says)
    // Where: the developer's own file, not one of Waybill's.
    expect(terminal).toMatch(/at .*signer\.js:3/)
  })
})
