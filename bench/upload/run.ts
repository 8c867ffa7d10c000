/**
 * `npm run bench -- upload`: files from Chromium and from Node to one and the same local S3, on loopback and on a bad
 * line, beside bare requests and beside the libraries that people upload with today.
 *
 *     npm run bench -- upload [--on loopback|bad-line] [--quick]
 *
 * With an option it is a trial, which `RESULTS.md` does not get.
 *
 * @module
 */

import { parseArgs } from 'node:util'
import type { Goal, Section } from '../harness/results.ts'
import { makeScratch, type Scratch } from '../harness/scratch.ts'
import { badLineObstacle, openBadLine } from './bad-line.ts'
import { seriesOnBadLine, seriesOnLoopback } from './contestants.ts'
import { goalsOnBadLine, goalsOnLoopback } from './goals.ts'
import { type MeasuredPlace, measurePlace } from './measure-series.ts'
import { methodText } from './method.ts'
import { LOOPBACK } from './place.ts'
import { placeReport } from './report.ts'
import type { Workload } from './workload.ts'

const MIB = 1024 ** 2
/** For the files of all series and what arrives of one. */
const ROOM = 4096 * MIB

/** How much is sent, and how often. */
interface Scale {
  readonly large: Workload
  readonly small: Workload
  readonly rounds: number
  readonly warmUpRounds: number
}

const ON_LOOPBACK: Scale = {
  large: { name: '1 GiB', count: 1, size: 1024 * MIB },
  small: { name: '500 × 100 KB', count: 500, size: 100_000 },
  rounds: 7,
  warmUpRounds: 1,
}

/** Smaller: one connection takes three minutes for this. Nothing is warm that matters on such a line. */
const ON_BAD_LINE: Scale = {
  large: { name: '32 MiB', count: 1, size: 32 * MIB },
  small: { name: '100 × 100 KB', count: 100, size: 100_000 },
  rounds: 3,
  warmUpRounds: 0,
}

/** To see whether it runs. */
const QUICK = { rounds: 1, warmUpRounds: 0 }

const LINE = { delayMs: 50, lossPercent: 1, megabitsPerSecond: 100, queueKilobytes: 600, seed: 1 }

interface Part {
  readonly measured: MeasuredPlace
  readonly goals: readonly Goal[]
}

/** @throws {TypeError} Which option is wrong, and what it may be. */
export async function run(): Promise<Section> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: { on: { type: 'string' }, quick: { type: 'boolean', default: false } },
  })
  if (values.on !== undefined && values.on !== 'loopback' && values.on !== 'bad-line') {
    throw new TypeError(`--on is ${values.on}, expected loopback or bad-line`)
  }
  const pace = values.quick ? QUICK : {}
  const scratch = makeScratch(ROOM)
  const obstacle = badLineObstacle()
  const method = methodText(scratch.isMemory)
  const parts: Part[] = []
  try {
    // The longer one first: the other shows what the machine can do, and wants it for itself.
    if (values.on !== 'loopback' && !obstacle) {
      parts.unshift(await onBadLine({ ...ON_BAD_LINE, ...pace }, scratch.within('bad-line')))
    }
    if (values.on !== 'bad-line') {
      parts.unshift(await onLoopback({ ...ON_LOOPBACK, ...pace }, scratch.within('loopback')))
    }
  } finally {
    scratch.remove()
  }
  return {
    text: [
      method,
      ...parts.map(({ measured }) => placeReport(measured)),
      obstacle ? `No bad line on this machine: ${obstacle}.` : '',
    ].join('\n\n'),
    goals: parts.flatMap(({ goals }) => goals),
    isTrial: values.quick || values.on !== undefined,
  }
}

async function onLoopback(scale: Scale, scratch: Scratch): Promise<Part> {
  const series = seriesOnLoopback(scale.large, scale.small)
  const measured = await measurePlace(LOOPBACK, series, scale, scratch)
  console.error(placeReport(measured))
  return { measured, goals: goalsOnLoopback(measured) }
}

async function onBadLine(scale: Scale, scratch: Scratch): Promise<Part> {
  const place = await openBadLine({ ...LINE, directory: scratch.path })
  try {
    const series = seriesOnBadLine(scale.large, scale.small)
    const measured = await measurePlace(place, series, scale, scratch)
    console.error(placeReport(measured))
    return { measured, goals: goalsOnBadLine(measured) }
  } finally {
    await place.close()
  }
}
