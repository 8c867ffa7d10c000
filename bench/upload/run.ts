/**
 * `npm run bench -- upload`: uploads from Chromium and Node to the local S3, on loopback and on a
 * bad line, compared with bare requests and with usual libraries.
 *
 *     npm run bench -- upload [--on loopback|bad-line [--size 32|96|256]] [--quick]
 *
 * Each place has its own section; `--on` measures only one. On the bad line twelve connections over
 * both host names of the bucket have a section for each size in MiB; `--size` measures only one.
 * With `--quick` it is a trial, and `RESULTS.md` is not changed.
 *
 * @module
 */

import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import type { Section } from '../harness/results.ts'
import { makeScratch, type Scratch } from '../harness/scratch.ts'
import { seriesOfTwelve, seriesOnBadLine, seriesOnLoopback } from './contestants.ts'
import { goalsOfTwelve, goalsOnBadLine, goalsOnLoopback } from './goals.ts'
import { measurePlace, type Rounds } from './measure-series.ts'
import { BAD_LINE_METHOD, methodText, TWELVE_METHOD } from './method.ts'
import { LOOPBACK } from './place.ts'
import { placeReport } from './report.ts'
import { badLineObstacle, openBadLine } from './wire/bad-line.ts'
import type { Workload } from './workload.ts'

const MIB = 1024 ** 2
/** Bytes for the files of all series and the objects of one. */
const ROOM = 4096 * MIB

/** How many bytes are sent, and how often. */
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

/**
 * Smaller, because one connection needs three minutes. No warm-up, because it makes no difference
 * on such a line.
 */
const ON_BAD_LINE: Scale = {
  large: { name: '32 MiB', count: 1, size: 32 * MIB },
  small: { name: '100 × 100 KB', count: 100, size: 100_000 },
  rounds: 3,
  warmUpRounds: 0,
}

/** Sizes in MiB, and how often each is sent: the largest takes six connections five minutes. */
const TWELVE_ON_BAD_LINE: readonly (readonly [mebibytes: number, rounds: number])[] = [
  [32, 4],
  [96, 1],
  [256, 1],
]

/** To test that the benchmark runs. */
const QUICK = { rounds: 1, warmUpRounds: 0 }

/** The bad line. */
export const LINE = {
  delayMs: 50,
  lossPercent: 1,
  megabitsPerSecond: 100,
  queueKilobytes: 600,
  seed: 1,
}

/**
 * Runs the benchmark.
 * @throws {TypeError} When an option is not valid.
 */
export async function* run(): AsyncGenerator<Section> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      on: { type: 'string' },
      size: { type: 'string' },
      quick: { type: 'boolean', default: false },
    },
  })
  const { on, size, quick: isTrial } = values
  if (on !== undefined && on !== 'loopback' && on !== 'bad-line') {
    throw new TypeError(`--on is ${on}, expected loopback or bad-line`)
  }
  const sizes = TWELVE_ON_BAD_LINE.filter(
    ([mebibytes]) => (size ?? `${mebibytes}`) === `${mebibytes}`,
  )
  if (sizes.length === 0 || (size !== undefined && on !== 'bad-line')) {
    throw new TypeError(`--size is ${size}, expected 32, 96 or 256 with --on bad-line`)
  }
  const pace = isTrial ? QUICK : {}
  buildPackage()
  const scratch = makeScratch(ROOM)
  const obstacle = badLineObstacle()
  try {
    // The longer one first. The other one measures the machine, so nothing else may run then.
    if (on !== 'loopback' && obstacle) console.error(`No bad line on this machine: ${obstacle}.`)
    else if (on !== 'loopback') {
      const scale = { ...ON_BAD_LINE, ...pace }
      if (size === undefined) {
        yield { option: '--on bad-line', ...(await onBadLine(scale, scratch)), isTrial }
      }
      for (const [mebibytes, rounds] of sizes) {
        const section = await twelveOnBadLine(
          mebibytes,
          { warmUpRounds: 0, rounds, ...pace },
          scratch,
        )
        yield { option: `--on bad-line --size ${mebibytes}`, ...section, isTrial }
      }
    }
    if (on !== 'bad-line') {
      const scale = { ...ON_LOOPBACK, ...pace }
      yield { option: '--on loopback', ...(await onLoopback(scale, scratch)), isTrial }
    }
  } finally {
    scratch.remove()
  }
}

/** Clients in Node run what is published. */
export function buildPackage(): void {
  execFileSync(process.execPath, ['scripts/build/main.ts'], { stdio: 'inherit' })
}

async function onLoopback(scale: Scale, scratch: Scratch): Promise<Section> {
  const series = seriesOnLoopback(scale.large, scale.small)
  const measured = await measurePlace(LOOPBACK, series, scale, scratch.within('loopback'))
  const text = `${methodText(scratch.isMemory)}\n\n${placeReport(measured)}`
  return { text, goals: goalsOnLoopback(measured) }
}

async function onBadLine(scale: Scale, scratch: Scratch): Promise<Section> {
  const within = scratch.within('bad-line')
  const place = await openBadLine({ ...LINE, directory: within.path })
  try {
    const series = seriesOnBadLine(scale.large, scale.small)
    const measured = await measurePlace(place, series, scale, within)
    const text = `${BAD_LINE_METHOD}\n\n${placeReport(measured)}`
    return { text, goals: goalsOnBadLine(measured) }
  } finally {
    await place.close()
  }
}

async function twelveOnBadLine(
  mebibytes: number,
  rounds: Rounds,
  scratch: Scratch,
): Promise<Section> {
  const within = scratch.within(`bad-line-${mebibytes}`)
  const place = await openBadLine({ ...LINE, directory: within.path })
  try {
    const workload = { name: `${mebibytes} MiB`, count: 1, size: mebibytes * MIB }
    const measured = await measurePlace(place, [seriesOfTwelve(workload)], rounds, within)
    const text = `${TWELVE_METHOD}\n\n${placeReport(measured)}`
    return { text, goals: goalsOfTwelve(measured) }
  } finally {
    await place.close()
  }
}
