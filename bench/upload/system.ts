/**
 * A place with all that takes part in an upload: the server, Chromium on the client's side of the
 * line, and Node processes there.
 *
 * @module
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { type Browser, chromium } from 'playwright'
import { CHROMIUM_FLAGS, findChromium } from '../../tools/chromium.ts'
import { startNode } from '../harness/node-process.ts'
import { cpuMsOfTree, watchMemory } from '../harness/proc.ts'
import type { Scratch } from '../harness/scratch.ts'
import { type Files, libraryOf, PAGES, type Platform } from './contestants.ts'
import type { NodeTask } from './node/run.ts'
import type { TimedInPage } from './page/measure.ts'
import type { Place } from './place.ts'
import type { Arrived, ServerOptions, ServerReady } from './server.ts'

/** The cost of an upload for the client. */
export interface Measurement extends TimedInPage {
  /** CPU time of the client: all processes of the browser, or Node. */
  readonly clientCpuMs: number
  /** Bytes of memory at most, above what the client held before; where `/proc` tells it. */
  readonly memory?: number
}

/** The cost of an upload, and what arrived of it. */
export type Cost = Measurement & Arrived

/** What else is asked of a client. */
interface How {
  /** In Chromium, where it costs CPU. */
  readonly watchesMemory?: boolean
  /** Options of Node. */
  readonly execArgv?: readonly string[]
}

/** Server and clients. */
export interface System {
  readonly browserVersion: string
  /** Measures one upload of a contestant. */
  upload(platform: Platform, contestant: string, files: Files, how?: How): Promise<Cost>
  close(): Promise<void>
}

/** Starts all. `scratch` is for objects, pages and what starts the browser. */
export async function openSystem(place: Place, scratch: Scratch): Promise<System> {
  const pages = scratch.directory('pages')
  await buildPages(pages)
  const options: ServerOptions = { host: place.host, objects: scratch.directory('objects'), pages }
  const server = await startNode(
    [join(import.meta.dirname, 'server.ts'), JSON.stringify(options)],
    {
      wrap: place.onServerSide,
    },
  )
  const { appUrl, access } = server.ready as ServerReady
  const { browser, pid } = await openChromium(place, appUrl, scratch.path)
  return {
    browserVersion: browser.version(),
    upload: async (platform, contestant, { paths, size }, how = {}) => {
      const measurement =
        platform === 'Chromium'
          ? await measureInPage(browser, pid, appUrl, contestant, paths, how)
          : await measureInNode(place, contestant, { appUrl, access, paths, size }, how)
      return { ...measurement, ...((await server.ask('take')) as Arrived) }
    },
    close: async () => {
      await browser.close()
      await server.end()
    },
  }
}

/** Bundles the page of each library separately, as an application does. */
async function buildPages(directory: string): Promise<void> {
  await build({
    entryPoints: PAGES.map((name) => join(import.meta.dirname, 'page', `${name}.ts`)),
    outdir: directory,
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['@waybill/source'],
    define: { 'process.env.NODE_ENV': '"production"' },
  })
}

/**
 * Starts the browser on the client's side, by a script: Playwright talks to it through pipes, which
 * work across `exec` and need no network.
 */
async function openChromium(
  place: Place,
  appUrl: string,
  directory: string,
): Promise<{ browser: Browser; pid: number }> {
  const pidFile = join(directory, 'chromium.pid')
  const starter = join(directory, 'start-chromium.sh')
  const command = place.onClientSide([findChromium()]).map((word) => `'${word}'`)
  writeFileSync(starter, `#!/bin/sh\necho $$ > '${pidFile}'\nexec ${command.join(' ')} "$@"\n`, {
    mode: 0o755,
  })
  const browser = await chromium.launch({
    executablePath: starter,
    args: [
      ...CHROMIUM_FLAGS,
      // The addresses of the line are not a secure context, so `crypto.subtle` would be missing.
      `--unsafely-treat-insecure-origin-as-secure=${appUrl}`,
      // The bucket's two host names, on the other side of the line.
      `--host-resolver-rules=MAP localhost ${place.host},MAP 127.0.0.1 ${place.host}`,
    ],
  })
  return { browser, pid: Number(readFileSync(pidFile, 'utf8')) }
}

/** Each upload has a new context of the browser. */
async function measureInPage(
  browser: Browser,
  pid: number,
  appUrl: string,
  contestant: string,
  paths: readonly string[],
  { watchesMemory = false }: How,
): Promise<Measurement> {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    page.setDefaultTimeout(0)
    page.on('console', (message) => {
      if (message.type() === 'error') console.error(`  ${contestant}: ${message.text()}`)
    })
    await page.goto(`${appUrl}/${libraryOf(contestant)}`)
    await page.waitForFunction('globalThis.measure !== undefined')
    await page.setInputFiles('input', [...paths])
    const before = cpuMsOfTree(pid)
    const watch = watchesMemory ? watchMemory(pid) : undefined
    let memory: number | undefined
    const timed = await page.evaluate<TimedInPage>(`measure('${contestant}')`).finally(() => {
      memory = watch?.end()
    })
    const clientCpuMs = cpuMsOfTree(pid) - before
    return { ...timed, clientCpuMs, ...(memory === undefined ? {} : { memory }) }
  } finally {
    await context.close()
  }
}

/** Of the package as it is published: the sources would be compiled while the clock runs. */
async function measureInNode(
  place: Place,
  contestant: string,
  task: NodeTask,
  { execArgv = [] }: How,
): Promise<Measurement> {
  const script = join(import.meta.dirname, 'node', 'run.ts')
  const words = [script, libraryOf(contestant), contestant, JSON.stringify(task)]
  const client = await startNode(words, { wrap: place.onClientSide, execArgv })
  await client.end()
  return client.ready as Measurement
}
