/**
 * `npm run bench -- first-byte`: from the call to the first byte of the file at S3, on a line of
 * 100 ms there and back that loses nothing, in round trips.
 *
 *     npm run bench -- first-byte [--quick]
 *
 * @module
 */

import { parseArgs } from 'node:util'
import { interleave } from '../harness/interleave.ts'
import { type Goal, type Section, table } from '../harness/results.ts'
import { makeScratch } from '../harness/scratch.ts'
import { type Spread, spreadOf } from '../harness/spread.ts'
import { buildPages } from '../upload/build-pages.ts'
import { type BenchBrowser, openChromium } from '../upload/chromium.ts'
import { measureInNode } from '../upload/node/measure.ts'
import type { Place } from '../upload/place.ts'
import { show } from '../upload/report.ts'
import { buildPackage, LINE } from '../upload/run.ts'
import { type RunningBenchServer, startBenchServer } from '../upload/start-server.ts'
import { badLineObstacle, openBadLine } from '../upload/wire/bad-line.ts'
import { makeFiles } from '../upload/workload.ts'
import { type Beginner, IN_CHROMIUM, IN_NODE } from './contestants.ts'
import { METHOD } from './method.ts'

const ONE_WAY_MS = 50
/** Hashing, CPU of both sides and timers may take so much of a round trip. */
const TOLERANCE = 0.35

interface System {
  readonly place: Place
  readonly server: RunningBenchServer
  readonly browser: BenchBrowser
  readonly path: string
}

/** Runs the benchmark. @throws {Error} Where there can be no line. */
export async function run(): Promise<Section> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: { quick: { type: 'boolean', default: false } },
  })
  const obstacle = badLineObstacle()
  if (obstacle) throw new Error(`no line on this machine: ${obstacle}`)
  buildPackage()
  const scratch = makeScratch(1e9)
  const place = await openBadLine({
    ...LINE,
    ...{ delayMs: ONE_WAY_MS, lossPercent: 0, directory: scratch.path },
  })
  const pages = scratch.directory('pages')
  await buildPages(
    IN_CHROMIUM.map(({ name }) => name),
    pages,
  )
  const server = await startBenchServer(place, { objects: scratch.directory('objects'), pages })
  const browser = await openChromium(place, server.appUrl, scratch.path)
  const [path = ''] = makeFiles({ name: '', count: 1, size: SIZE }, scratch.directory('file')).paths
  const system = { place, server, browser, path }
  const rounds = values.quick ? 1 : 7
  try {
    const inChromium = await interleave(IN_CHROMIUM, rounds, (each) => measure(system, each), 0)
    const inNode = await interleave(IN_NODE, rounds, (each) => measure(system, each), 0)
    const all = [...inChromium, ...inNode].map(
      ([beginner, trips]) => [beginner, spreadOf(trips)] as const,
    )
    return { text: `${METHOD}\n\n${report(all)}`, goals: goalsOf(all), isTrial: values.quick }
  } finally {
    await browser.close()
    await server.close()
    await place.close()
    scratch.remove()
  }
}

const SIZE = 100_000

/** @returns Round trips until the first byte left. */
async function measure(
  { place, server, browser, path }: System,
  { name, platform }: Beginner,
): Promise<number> {
  const { appUrl, access } = server
  const { startedAt } =
    platform === 'Chromium'
      ? await browser.measure(name, [path])
      : await measureInNode(place, name, { appUrl, access, paths: [path], size: SIZE })
  const { headsAt } = await server.takeArrived()
  const first = headsAt.find((at) => at >= startedAt)
  if (first === undefined) throw new Error(`no byte of ${name} has come`)
  return (first - startedAt - ONE_WAY_MS) / (2 * ONE_WAY_MS)
}

type Results = readonly (readonly [Beginner, Spread])[]

function report(all: Results): string {
  const rows = all.map(([{ platform, title, expected, why }, trips]) => [
    platform,
    title,
    show(trips),
    expected === undefined ? '' : String(expected),
    why,
  ])
  return table([['from', '', 'round trips', 'expected', 'which'], ...rows])
}

function goalsOf(all: Results): Goal[] {
  return all.flatMap(([{ platform, title, expected }, trips]) => {
    if (expected === undefined || !title.startsWith('waybill')) return []
    return {
      goal: `${platform}, ${title}: ${expected} round trip${expected === 1 ? '' : 's'} and the hash`,
      measured: show(trips),
      met: trips.median <= expected + TOLERANCE,
    }
  })
}
