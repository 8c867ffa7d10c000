/**
 * Serves the story's page with a signer and a strict S3, opens it, and takes the frames.
 *
 * @module
 */

import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { startApplication } from '@waybill/test-support/element-application'
import { build } from 'esbuild'
import type { Browser, BrowserContextOptions, Page } from 'playwright'
import { faceRules } from '../faces.ts'
import type { Stage } from './stage-page.ts'

export interface Frame {
  readonly png: Buffer
  readonly lastsMs: number
}

export interface OpenStage {
  readonly page: Page
  /** Calls a function of the page. */
  call<Name extends keyof Stage>(
    name: Name,
    ...given: Parameters<Stage[Name]>
  ): Promise<Awaited<ReturnType<Stage[Name]>>>
  /** Sets how many bytes per second the page can send. */
  sendAt(bytesPerSecond: number): Promise<void>
  /** Photographs the page. */
  frame(lastsMs: number): Promise<void>
  readonly frames: readonly Frame[]
  /** Numbers of the parts that S3 has stored. */
  readonly stored: ReadonlySet<number>
  close(): Promise<void>
}

const SIZE = { width: 840, height: 440 }
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript',
}

export async function openStage(
  browser: Browser,
  options: BrowserContextOptions,
): Promise<OpenStage> {
  const files = await stageFiles()
  const application = await startApplication(({ url = '/' }, response) => {
    const path = url === '/' ? '/stage.html' : url
    response.setHeader('content-type', TYPES[extname(path)] ?? 'text/plain')
    response.end(files.get(path))
  })
  const context = await browser.newContext({ ...options, viewport: SIZE })
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  const stored = new Set<number>()
  page.on('response', (response) => {
    const part = new URL(response.url()).searchParams.get('partNumber')
    if (part && response.ok() && response.request().method() === 'PUT') stored.add(Number(part))
  })
  await page.goto(application.url)
  const frames: Frame[] = []
  return {
    page,
    call: (name, ...given) => page.evaluate(`stage.${name}(...${JSON.stringify(given)})`),
    sendAt: async (uploadThroughput) => {
      const conditions = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput }
      await session.send('Network.emulateNetworkConditions', conditions)
    },
    frame: async (lastsMs) => {
      frames.push({ png: await page.screenshot(), lastsMs })
    },
    frames,
    stored,
    close: async () => {
      await context.close()
      await application.close()
    },
  }
}

async function stageFiles(): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const here = (name: string) => readFile(new URL(name, import.meta.url))
  const { outputFiles } = await build({
    entryPoints: [`${import.meta.dirname}/stage-page.ts`],
    ...{ bundle: true, splitting: true, format: 'esm', write: false, outdir: '/' },
    conditions: ['@waybill/source'],
  })
  return new Map<string, string | Uint8Array>([
    ...outputFiles.map(({ path, contents }) => [path, contents] as const),
    ['/stage.html', await here('stage.html')],
    ['/stage.css', await here('stage.css')],
    ['/faces.css', await faceRules()],
    ['/palace.jpg', await here('../photos/palace.jpg')],
  ])
}
