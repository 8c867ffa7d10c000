/**
 * Measures the series of a place with one server, alternating between the contestants.
 *
 * @module
 */

import { interleave } from '../harness/interleave.ts'
import type { Scratch } from '../harness/scratch.ts'
import { buildPages } from './build-pages.ts'
import { type BenchBrowser, openChromium } from './chromium.ts'
import { PAGES, type Series, type UploadContestant } from './contestants.ts'
import type { Measurement } from './measurement.ts'
import { measureInNode } from './node/measure.ts'
import type { Place } from './place.ts'
import type { Arrived } from './server.ts'
import { type RunningBenchServer, startBenchServer } from './start-server.ts'
import { type Files, makeFiles } from './workload.ts'

/** The cost of an upload for client, server and line. */
export type Cost = Measurement & Pick<Arrived, 'serverCpuMs' | 'wireBytes'>

/** A series with its results. */
export interface MeasuredSeries extends Series {
  /** Costs of one round belong together. */
  readonly costs: ReadonlyMap<UploadContestant, readonly Cost[]>
}

/** A place with its results. */
export interface MeasuredPlace {
  readonly name: string
  readonly rounds: number
  readonly browserVersion: string
  readonly series: readonly MeasuredSeries[]
}

/** The number of rounds. */
export interface Rounds {
  readonly rounds: number
  readonly warmUpRounds: number
}

interface System {
  readonly place: Place
  readonly server: RunningBenchServer
  readonly browser: BenchBrowser
}

/** Measures all series of a place. */
export async function measurePlace(
  place: Place,
  series: readonly Series[],
  rounds: Rounds,
  scratch: Scratch,
): Promise<MeasuredPlace> {
  const pages = scratch.directory('pages')
  await buildPages(PAGES, pages)
  const server = await startBenchServer(place, { objects: scratch.directory('objects'), pages })
  const browser = await openChromium(place, server.appUrl, scratch.path)
  const measured: MeasuredSeries[] = []
  try {
    for (const [index, each] of series.entries()) {
      const { platform, workload } = each
      console.error(`${place.name}, ${platform}, ${workload.name}`)
      const files = makeFiles(workload, scratch.directory(`files-${index + 1}`))
      measured.push(await measureSeries({ place, server, browser }, each, files, rounds))
    }
  } finally {
    await browser.close()
    await server.close()
  }
  return {
    name: place.name,
    rounds: rounds.rounds,
    browserVersion: browser.version,
    series: measured,
  }
}

async function measureSeries(
  system: System,
  series: Series,
  files: Files,
  { rounds, warmUpRounds }: Rounds,
): Promise<MeasuredSeries> {
  const costs = new Map<UploadContestant, Cost[]>(series.contestants.map((each) => [each, []]))
  const measure = async (contestant: UploadContestant) => {
    const cost = await measureUpload(system, series, contestant, files)
    costs.get(contestant)?.push(cost)
    return cost.ms
  }
  await interleave(series.contestants, rounds, measure, warmUpRounds)
  const counted = [...costs].map(([each, all]) => [each, all.slice(warmUpRounds)] as const)
  return { ...series, costs: new Map(counted) }
}

/**
 * Measures an upload.
 * @throws {Error} When the bytes that arrived are not exactly those of the files.
 */
async function measureUpload(
  { place, server, browser }: System,
  { platform }: Series,
  { name, title }: UploadContestant,
  { paths, size }: Files,
): Promise<Cost> {
  const { appUrl, access } = server
  const measurement =
    platform === 'Chromium'
      ? await browser.measure(name, paths)
      : await measureInNode(place, name, { appUrl, access, paths, size })
  const { sizes, serverCpuMs, wireBytes } = await server.takeArrived()
  const arrived = sizes.reduce((sum, each) => sum + each, 0)
  if (arrived !== size * paths.length) {
    throw new Error(`${arrived} of ${size * paths.length} bytes of ${title} have arrived`)
  }
  return { ...measurement, serverCpuMs, wireBytes }
}
