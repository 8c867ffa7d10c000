/**
 * Serves the story's page with a signer and a strict S3, opens it, and takes the frames.
 *
 * @module
 */

import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { startApplication } from '@waybill/test-support/element-application'
import { build } from 'esbuild'
import type { Browser, BrowserContextOptions, Page, Request, Route } from 'playwright'
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
  /** Lets parts leave the page, as many as are allowed at the same time. */
  sendParts(): void
  /** Photographs the page. */
  frame(lastsMs: number): Promise<void>
  /**
   * Spreads the frames that are taken meanwhile over a time, so that progress is even.
   *
   * @param work - Returns the progress on each frame, from 0 to 1.
   */
  paced(lastsMs: number, work: () => Promise<readonly number[]>): Promise<void>
  readonly frames: readonly Frame[]
  /** Numbers of the parts that S3 has stored. */
  readonly stored: ReadonlySet<number>
  /** Resolves to S3's answer to the lie. */
  answered(): Promise<string>
  close(): Promise<void>
}

const SIZE = { width: 920, height: 560 }
const RATE = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 8_000_000 }
const MOST_PARTS = 2
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
  const context = await browser.newContext({
    ...options,
    viewport: SIZE,
    // The page is photographed step by step, so nothing may move in between.
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  await session.send('Network.emulateNetworkConditions', RATE)
  const gate = await createGate(page)
  await page.goto(application.url)
  const frames: Frame[] = []
  return {
    page,
    call: (name, ...given) => page.evaluate(`stage.${name}(...${JSON.stringify(given)})`),
    sendParts: gate.open,
    frame: async (lastsMs) => {
      // Far quicker than Playwright's own pictures, and larger.
      const { data } = await session.send('Page.captureScreenshot', {
        ...{ format: 'png', optimizeForSpeed: true },
        clip: { x: 0, y: 0, ...SIZE, scale: options.deviceScaleFactor ?? 1 },
      })
      frames.push({ png: Buffer.from(data, 'base64'), lastsMs })
    },
    paced: async (lastsMs, work) => {
      const before = frames.length
      const progress = await work()
      const taken = frames.splice(before)
      const made = (progress.at(-1) ?? 0) - (progress[0] ?? 0)
      const paced = taken.map(({ png }, index) => {
        const here = progress[index] ?? 0
        const next = progress[index + 1] ?? here
        return { png, lastsMs: (lastsMs * Math.max(0, next - here)) / made }
      })
      frames.push(...paced.filter(({ lastsMs }) => lastsMs > 0))
    },
    frames,
    stored: gate.stored,
    answered: async () => {
      const answer = await page.waitForFunction<string>('stage.answer()')
      return answer.jsonValue()
    },
    close: async () => {
      await context.close()
      await application.close()
    },
  }
}

/**
 * Holds parts back until they are wanted, so that a busy machine, which takes long for each frame,
 * does not film an upload in leaps.
 */
async function createGate(page: Page) {
  const stored = new Set<number>()
  const leaving = new Set<Request>()
  let held: Route[] = []
  await page.route(
    (url) => url.searchParams.has('partNumber'),
    (route) => {
      if (route.request().method() === 'PUT') held.push(route)
      else void route.continue()
    },
  )
  page.on('framenavigated', () => {
    held = []
    leaving.clear()
  })
  page.on('requestfailed', (request) => {
    leaving.delete(request)
    held = held.filter((route) => route.request() !== request)
  })
  page.on('requestfinished', (request) => {
    if (leaving.delete(request)) stored.add(partOf(request))
  })
  const open = () => {
    for (const route of held.splice(0, MOST_PARTS - leaving.size)) {
      leaving.add(route.request())
      void route.continue()
    }
  }
  return { stored, open }
}

function partOf(request: Request): number {
  return Number(new URL(request.url()).searchParams.get('partNumber'))
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
    ...(await Promise.all(
      ['ink.css', 'label.css', 'bucket.css', 'trial.css'].map(
        async (name) => [`/${name}`, await here(`../../../demo/${name}`)] as const,
      ),
    )),
    ['/stage.html', await here('stage.html')],
    ['/stage.css', await here('stage.css')],
    ['/faces.css', await faceRules()],
    ['/palace.jpg', await here('../photos/palace.jpg')],
  ])
}
