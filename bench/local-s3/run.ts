/**
 * `npm run bench -- local-s3`: the local S3 compared with a bare `node:http` pipe, `s3rver`, Ceph's
 * radosgw and OpenStack Swift.
 *
 *     npm run bench -- local-s3 [--only pipe,waybill] [--small] [--quick]
 *
 * `--small` measures only small objects. With an option it is a trial, and `RESULTS.md` is not
 * changed.
 *
 * @module
 */

import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import type { Section } from '../harness/results.ts'
import { makeScratch, type Scratch } from '../harness/scratch.ts'
import { CONTESTANTS, type StoreContestant } from './contestants.ts'
import { goalsOf } from './goals.ts'
import { type Measured, measureStarts, measureWorkloads } from './measure.ts'
import { peakMemory } from './peak-memory.ts'
import { reportOf } from './report.ts'
import type { RunningStore } from './store.ts'
import { WORKLOADS, type Workload } from './workloads.ts'

/** Bytes for an object of 4 GiB and the objects of the other stores. */
const ROOM = 6 * 1024 ** 3

/**
 * Runs the benchmark.
 * @throws {TypeError} When `--only` names no contestant.
 */
export async function run(): Promise<Section> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      only: { type: 'string' },
      small: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
    },
  })
  const { quick, small } = values
  const only = values.only?.split(',')
  const contestants = CONTESTANTS.filter(({ name }) => only === undefined || only.includes(name))
  if (contestants.length === 0)
    throw new TypeError(`--only is ${values.only}, which is not the name of a contestant`)
  console.error('building the package …')
  const build = ['scripts/build/main.ts', ...(quick ? ['--if-missing'] : [])]
  execFileSync(process.execPath, build, { stdio: 'inherit' })
  const rounds = quick ? 3 : 9
  const scratch = makeScratch(ROOM)
  try {
    const measured = small
      ? await measureSmall(contestants, rounds, scratch)
      : await measureAll(contestants, rounds, scratch)
    return {
      text: reportOf(measured, rounds, scratch.isMemory),
      goals: goalsOf(measured),
      isTrial: quick || small || only !== undefined,
    }
  } finally {
    scratch.remove()
  }
}

async function measureAll(
  contestants: readonly StoreContestant[],
  rounds: number,
  scratch: Scratch,
): Promise<Measured> {
  const processes = contestants.filter(({ isProcess }) => isProcess)
  console.error('start')
  const starts = await measureStarts(processes, rounds, scratch.directory('starts'))
  console.error('memory')
  const memory = new Map<StoreContestant, number>()
  const huge = scratch.directory('huge')
  for (const each of processes) memory.set(each, await peakMemory(each, huge))
  return { starts, memory, ...(await measureStores(contestants, WORKLOADS, rounds, scratch)) }
}

async function measureSmall(
  contestants: readonly StoreContestant[],
  rounds: number,
  scratch: Scratch,
): Promise<Measured> {
  const small = WORKLOADS.filter(({ name }) => name === 'small')
  const measured = await measureStores(contestants, small, rounds, scratch)
  return { starts: new Map(), memory: new Map(), ...measured }
}

async function measureStores(
  contestants: readonly StoreContestant[],
  workloads: readonly Workload[],
  rounds: number,
  scratch: Scratch,
): Promise<Pick<Measured, 'costs' | 'missing'>> {
  const stores = new Map<StoreContestant, RunningStore>()
  const missing: string[] = []
  try {
    for (const each of contestants) {
      try {
        stores.set(each, await each.start(scratch.path))
      } catch (error) {
        missing.push(
          `${each.title} is not available: ${error instanceof Error ? error.message : error}`,
        )
      }
    }
    return { missing, costs: await measureWorkloads(workloads, stores, rounds) }
  } finally {
    for (const store of stores.values()) await store.stop()
  }
}
