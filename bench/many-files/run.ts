/**
 * `npm run bench -- many-files`: small files from Chromium and Node on loopback and from Node on a
 * bad line, as `bench/upload` measures them, and the memory that they take.
 *
 *     npm run bench -- many-files [--quick]
 *
 * @module
 */

import { parseArgs } from 'node:util'
import type { Section } from '../harness/results.ts'
import { makeScratch } from '../harness/scratch.ts'
import { type Series, seriesOnBadLine, seriesOnLoopback } from '../upload/contestants.ts'
import { type MeasuredPlace, measurePlace } from '../upload/measure-series.ts'
import { LOOPBACK } from '../upload/place.ts'
import { placeReport } from '../upload/report.ts'
import { buildPackage, LINE } from '../upload/run.ts'
import { badLineObstacle, openBadLine } from '../upload/wire/bad-line.ts'
import type { Workload } from '../upload/workload.ts'
import { goalsOf } from './goals.ts'
import { type Memory, measureMemory } from './memory.ts'
import { methodText } from './method.ts'

const ROOM = 9 * 1024 ** 3
const ON_LOOPBACK: Workload = { name: '500 × 100 KB', count: 500, size: 100_000 }
const ON_BAD_LINE: Workload = { name: '100 × 100 KB', count: 100, size: 100_000 }

/** Runs the benchmark. */
export async function run(): Promise<Section> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: { quick: { type: 'boolean', default: false } },
  })
  const rounds = values.quick ? 1 : undefined
  buildPackage()
  const scratch = makeScratch(ROOM)
  try {
    const onLoopback = seriesOnLoopback(ON_LOOPBACK, ON_LOOPBACK).filter(isOfMany)
    const pace = { rounds: rounds ?? 7, warmUpRounds: rounds ? 0 : 1 }
    const loopback = await measurePlace(LOOPBACK, onLoopback, pace, scratch.within('loopback'))
    const badLine = await onBadLine(rounds ?? 3, scratch.within('bad-line'))
    const memory = await measureMemory(scratch.within('memory'))
    const places = [loopback, ...(badLine ? [badLine] : [])]
    const text = [methodText(), ...places.map(placeReport), memoryReport(memory)].join('\n\n')
    return { text, goals: goalsOf(loopback, badLine, memory), isTrial: values.quick }
  } finally {
    scratch.remove()
  }
}

/** Of the two series of a platform the second one has the small files. */
function isOfMany({ platform }: Series, index: number, all: readonly Series[]): boolean {
  return all.findLastIndex((series) => series.platform === platform) === index
}

async function onBadLine(
  rounds: number,
  scratch: ReturnType<typeof makeScratch>,
): Promise<MeasuredPlace | undefined> {
  const obstacle = badLineObstacle()
  if (obstacle) {
    console.error(`No bad line on this machine: ${obstacle}.`)
    return undefined
  }
  const place = await openBadLine({ ...LINE, directory: scratch.path })
  try {
    const series = seriesOnBadLine(ON_BAD_LINE, ON_BAD_LINE)
      .filter(isOfMany)
      .filter(({ platform }) => platform === 'Node')
    return await measurePlace(place, series, { rounds, warmUpRounds: 0 }, scratch)
  } finally {
    await place.close()
  }
}

function memoryReport(memory: Memory): string {
  const mib = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MiB`
  return [
    '### Memory, at most, above the idle process or page',
    `2,000 × 100 KB from Node ${mib(memory.manyInNode)} (a bare \`fetch\` ${mib(memory.bareInNode)}), ` +
      `with a heap of 64 MiB ${mib(memory.manyInSmallHeap)} (the limit that proves ${mib(memory.provenInSmallHeap)}), from Chromium ` +
      `${mib(memory.manyInChromium)} (a bare \`fetch\` ${mib(memory.bareInChromium)}); 4 GiB from Chromium ${mib(memory.largeInChromium)}.`,
  ].join('\n\n')
}
