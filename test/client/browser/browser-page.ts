/**
 * A page in a real Chromium with `createUploader` in it, of another origin than signer and S3, as deployed pages are.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { build } from 'esbuild'
import { type BrowserContext, chromium, type Page } from 'playwright'
import { beforeAll, onTestFinished } from 'vitest'
import type { createUploader } from 'waybill/client'
import { signRequest } from 'waybill/s3'
import { CHROMIUM_FLAGS, findChromium } from '../../../scripts/chromium.ts'
import { closed, listening } from '../../faults/proxy/echo-server.ts'
import { BUCKET, type System, type SystemOptions, startSystem } from '../../support/system.ts'
import { CREDENTIALS } from '../stored.ts'

/** What the page's own code finds in its window. */
export interface PageWindow extends Window {
  readonly createUploader: typeof createUploader
  readonly endpoint: string
  readonly file: File
}

export interface BrowserSystem extends System {
  readonly context: BrowserContext
  /** Opens the page, or a second tab of it. */
  open(): Promise<Page>
}

const HTML = '<!doctype html><meta charset="utf-8"><title>test</title><input id="file" type="file">'

/** Starts Chromium once for all tests of a file. */
export function browserSystems(): (options?: SystemOptions) => Promise<BrowserSystem> {
  let browser: Awaited<ReturnType<typeof chromium.launch>> | undefined
  let scripts: ReadonlyMap<string, Uint8Array> = new Map()
  beforeAll(async () => {
    scripts = await bundle()
    browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_FLAGS })
    return () => browser?.close()
  })
  return async (options = {}) => {
    if (!browser) throw new Error('Chromium has not been started')
    const system = await startSystem({
      ...options,
      signer: { allowedOrigins: () => true, ...options.signer },
    })
    await allowPages(system)
    const origin = await servePage(scripts)
    const context = await browser.newContext()
    onTestFinished(() => context.close())
    return { ...system, context, open: () => open(context, origin, system.endpoint) }
  }
}

async function open(context: BrowserContext, origin: string, endpoint: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${origin}/?endpoint=${encodeURIComponent(endpoint)}`)
  await page.waitForFunction('globalThis.createUploader')
  return page
}

async function bundle(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { createUploader } from 'waybill/client'
        const endpoint = new URLSearchParams(location.search).get('endpoint')
        Object.assign(globalThis, { createUploader, endpoint })
        Object.defineProperty(globalThis, 'file', {
          get: () => document.getElementById('file').files[0],
        })`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    splitting: true,
    format: 'esm',
    conditions: ['source'],
    outdir: '/',
    write: false,
  })
  return new Map(outputFiles.map(({ path, contents }) => [path, contents]))
}

async function servePage(scripts: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const server = createServer(({ url = '/' }, response) => {
    const script = scripts.get(url)
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html')
    response.end(script ?? `${HTML}<script type="module" src="/stdin.js"></script>`)
  })
  const endpoint = await listening(server)
  onTestFinished(() => closed(server))
  return endpoint
}

/** The bucket's CORS rule, as the documentation asks for it. */
async function allowPages({ s3 }: System): Promise<void> {
  const rule = ['GET', 'PUT', 'POST'].map((method) => `<AllowedMethod>${method}</AllowedMethod>`)
  const exposed = ['ETag', 'x-amz-checksum-crc64nvme'].map(
    (name) => `<ExposeHeader>${name}</ExposeHeader>`,
  )
  const body = `<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin>${rule.join('')}<AllowedHeader>*</AllowedHeader>${exposed.join('')}</CORSRule></CORSConfiguration>`
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
