/**
 * A page in a real Chromium with `createUploader` in it, of another origin than signer and S3, as
 * deployed pages are.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { sharedChromium } from '@waybill/test-support/chromium'
import { closed, listening } from '@waybill/test-support/echo-server'
import { CREDENTIALS } from '@waybill/test-support/stored'
import { BUCKET, type System, type SystemOptions, startSystem } from '@waybill/test-support/system'
import { build } from 'esbuild'
import type { Browser, BrowserContext, Page } from 'playwright'
import { beforeAll, onTestFinished } from 'vitest'
import type { createUploader, createUploadList } from 'waybill/client'
import { signRequest } from 'waybill-s3'

/** What the page's own code finds in its window. */
export interface PageWindow extends Window {
  readonly createUploader: typeof createUploader
  readonly createUploadList: typeof createUploadList
  readonly endpoint: string
  readonly file: File
}

export interface BrowserSystem extends System {
  readonly context: BrowserContext
  /** Paths of the scripts that its pages have asked for, each as often as it was asked for. */
  readonly scripts: readonly string[]
  /** What its pages complained of: errors and rejections that nothing caught … */
  readonly errors: readonly string[]
  /** … and what their security policy refused. */
  readonly refusals: readonly string[]
  /** Where the page is. */
  readonly url: string
  /** Opens the page, or a second tab of it. */
  open(): Promise<Page>
}

/** How the page is served. */
export interface PageOptions {
  /** A name of this machine. Only names that browsers trust make a secure context. */
  readonly host?: string
  /** The page's content security policy, for what the page has to reach. */
  readonly policy?: (origins: { readonly signer: string; readonly bucket: string }) => string
}

const HTML = '<!doctype html><meta charset="utf-8"><title>test</title><input id="file" type="file">'

let bundled: ReturnType<typeof bundle> | undefined

/** Bundles the client and starts Chromium, both once in a process. */
export function browserSystems(): (
  options?: SystemOptions,
  page?: PageOptions,
) => Promise<BrowserSystem> {
  let browser: Browser | undefined
  let scripts: ReadonlyMap<string, Uint8Array> = new Map()
  beforeAll(async () => {
    bundled ??= bundle()
    scripts = await bundled
    browser = await sharedChromium()
  })
  return async (options = {}, { host = '127.0.0.1', policy } = {}) => {
    if (!browser) throw new Error('Chromium has not been started')
    const system = await startSystem({
      ...options,
      signer: { allowedOrigins: () => true, ...options.signer },
    })
    const origins = { signer: system.signerProxy.endpoint, bucket: system.storageProxy.endpoint }
    const { port } = new URL(await servePage(scripts, policy?.(origins)))
    const origin = `http://${host}:${port}`
    await allowPage(system, origin)
    const context = await browser.newContext()
    onTestFinished(() => context.close())
    const url = `${origin}/?endpoint=${encodeURIComponent(system.endpoint)}`
    return { ...system, context, ...(await watch(context)), url, open: () => open(context, url) }
  }
}

async function open(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(url)
  await page.waitForFunction(() => 'createUploader' in globalThis)
  return page
}

async function watch(
  context: BrowserContext,
): Promise<Pick<BrowserSystem, 'scripts' | 'errors' | 'refusals'>> {
  const scripts: string[] = []
  const errors: string[] = []
  const refusals: string[] = []
  context.on('weberror', (error) => errors.push(String(error.error())))
  context.on('request', (request) => {
    if (request.resourceType() === 'script') scripts.push(new URL(request.url()).pathname)
  })
  await context.exposeFunction('refused', (refusal: string) => refusals.push(refusal))
  await context.addInitScript(`addEventListener('securitypolicyviolation', (event) =>
    refused(event.effectiveDirective + ' ' + event.blockedURI))`)
  return { scripts, errors, refusals }
}

async function bundle(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { createUploader, createUploadList } from 'waybill/client'
        const endpoint = new URLSearchParams(location.search).get('endpoint')
        Object.assign(globalThis, { createUploader, createUploadList, endpoint })
        Object.defineProperty(globalThis, 'file', {
          get: () => document.getElementById('file').files[0],
        })`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    conditions: ['@waybill/source'],
    outdir: '/',
    write: false,
  })
  return new Map(outputFiles.map(({ path, contents }) => [path, contents]))
}

async function servePage(
  scripts: ReadonlyMap<string, Uint8Array>,
  policy: string | undefined,
): Promise<string> {
  const server = createServer(({ url = '/' }, response) => {
    const script = scripts.get(url)
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html')
    if (policy !== undefined) response.setHeader('content-security-policy', policy)
    response.end(script ?? `${HTML}<script type="module" nonce="waybill" src="/stdin.js"></script>`)
  })
  const endpoint = await listening(server)
  onTestFinished(() => closed(server))
  return endpoint
}

/** The bucket's CORS rule, as the documentation asks for it. */
async function allowPage({ s3 }: System, origin: string): Promise<void> {
  const rule = ['GET', 'PUT', 'POST'].map((method) => `<AllowedMethod>${method}</AllowedMethod>`)
  const exposed = ['ETag', 'x-amz-checksum-crc64nvme'].map(
    (name) => `<ExposeHeader>${name}</ExposeHeader>`,
  )
  const body = `<CORSConfiguration><CORSRule><AllowedOrigin>${origin}</AllowedOrigin>${rule.join('')}<AllowedHeader>*</AllowedHeader>${exposed.join('')}</CORSRule></CORSConfiguration>`
  const { url, headers } = await signRequest({
    method: 'PUT',
    bucket: BUCKET,
    region: s3.region,
    endpoint: s3.endpoint,
    credentials: CREDENTIALS,
    query: { cors: '' },
    headers: { 'content-md5': createHash('md5').update(body).digest('base64') },
  })
  const response = await fetch(url, { method: 'PUT', headers, body })
  if (!response.ok) throw new Error(`PutBucketCors answered ${response.status}`)
}
