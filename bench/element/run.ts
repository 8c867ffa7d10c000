/**
 * `npm run bench -- element`: thousands of files in `<waybill-upload>`, beside the list that it
 * draws: the longest task of the page, and the time until all are stored.
 *
 *     npm run bench -- element [--quick] [--count 5000]
 *
 * @module
 */

import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { type Browser, chromium } from 'playwright'
import { startServer, toNodeHandler } from 'waybill/node'
import { createSigner } from 'waybill/signer'
import { CHROMIUM_FLAGS, findHeadlessChromium } from '../../scripts/chromium.ts'
import type { Section } from '../harness/results.ts'
import { makeScratch } from '../harness/scratch.ts'
import { ratioOf, spreadOf } from '../harness/spread.ts'
import { startBucket } from '../upload/bucket.ts'
import { LOOPBACK } from '../upload/place.ts'
import { show } from '../upload/report.ts'
import type { Measured } from './page/measure.ts'

const CONTESTANTS = ['list', 'element'] as const
/** A person notices a page that does not answer for longer. */
const MOST_TASK_MS = 200
const MOST_RATIO = 1.1

/** Runs the benchmark. */
export async function run(): Promise<Section> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      quick: { type: 'boolean', default: false },
      count: { type: 'string', default: '5000' },
    },
  })
  const count = Number(values.count)
  const rounds = values.quick ? 1 : 5
  const scratch = makeScratch(1024 ** 3)
  const { url, close } = await startApplication(scratch.path)
  const browser = await chromium.launch({
    executablePath: findHeadlessChromium(),
    args: CHROMIUM_FLAGS,
  })
  try {
    const all = { list: [] as Measured[], element: [] as Measured[] }
    for (let round = 0; round < rounds; round += 1) {
      for (const what of CONTESTANTS) {
        const measured = await measureIn(browser, url, what, count)
        console.error(what, measured)
        all[what].push(measured)
      }
    }
    return reportOf(all, count, values.quick)
  } finally {
    await browser.close()
    await close()
    scratch.remove()
  }
}

async function startApplication(directory: string) {
  const bucket = await startBucket(LOOPBACK.host, directory)
  const signer = createSigner({
    ...bucket.access,
    secret: 'a secret of the benchmark, long enough to seal',
    allowedOrigins: [],
    rules: { any: { types: ['*/*'], maxSize: '1 MiB', public: true } },
  })
  const askSigner = toNodeHandler(signer, { basePath: '/api/uploads' })
  const scripts = await buildPage()
  const server = await startServer((request, response) => {
    const { url = '/' } = request
    if (url.startsWith('/api/uploads')) return askSigner(request, response)
    const script = scripts.get(url)
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html')
    response.end(script ?? '<!doctype html><script type="module" src="/measure.js"></script>')
  })
  const close = async () => {
    await server.close()
    await bucket.close()
  }
  return { url: server.url, close }
}

async function buildPage(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'page/measure.ts')],
    outdir: '/',
    write: false,
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    conditions: ['source'],
  })
  return new Map(outputFiles.map(({ path, contents }) => [path, contents]))
}

async function measureIn(
  browser: Browser,
  url: string,
  what: (typeof CONTESTANTS)[number],
  count: number,
): Promise<Measured> {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    page.setDefaultTimeout(0)
    await page.goto(url)
    await page.waitForFunction('globalThis.measureFiles !== undefined')
    return await page.evaluate<Measured>(`measureFiles('${what}', ${count})`)
  } finally {
    await context.close()
  }
}

function reportOf(
  { list, element }: Readonly<Record<(typeof CONTESTANTS)[number], readonly Measured[]>>,
  count: number,
  isTrial: boolean,
): Section {
  const medianOf = (all: readonly Measured[], of: (one: Measured) => number) =>
    Math.round(spreadOf(all.map(of)).median)
  const row = (name: string, all: readonly Measured[]) =>
    `| ${name} | ${medianOf(all, ({ addMs }) => addMs)} ms | ${medianOf(all, ({ longestTaskMs }) => longestTaskMs)} ms | ${medianOf(all, ({ doneMs }) => doneMs)} ms |`
  const longest = medianOf(element, ({ longestTaskMs }) => longestTaskMs)
  const times = (all: readonly Measured[]) => all.map(({ doneMs }) => doneMs)
  const ratio = ratioOf(times(element), times(list))
  const files = count.toLocaleString('en')
  const text = [
    `${files} files of a few bytes from Chromium on loopback, into \`<waybill-upload>\` and into the list that it draws, in turns; medians.`,
    '| | `add` | longest task | all done |\n| --- | --- | --- | --- |',
  ].join('\n\n')
  return {
    text: `${text}\n${row('`createUploadList`', list)}\n${row('`<waybill-upload>`', element)}`,
    goals: [
      {
        goal: `${files} files in the element: no task above ${MOST_TASK_MS} ms`,
        measured: `${longest} ms`,
        met: longest <= MOST_TASK_MS,
      },
      {
        goal: `${files} files in the element: ≤ ${MOST_RATIO} × the time of the list`,
        measured: show(ratio),
        met: ratio.median <= MOST_RATIO,
      },
    ],
    isTrial,
  }
}
