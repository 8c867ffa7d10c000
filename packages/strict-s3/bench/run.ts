/**
 * `npm run bench -- strict-s3`: the local S3 compared with a bare `node:http` pipe, `s3rver`, Ceph's
 * radosgw, OpenStack Swift and moto.
 *
 * @module
 */

import { interleave, type Scores } from '../../../bench/harness/interleave.ts'
import { buildPackage, peerVersion } from '../../../bench/harness/packages.ts'
import {
  atLeast,
  type Goal,
  type Options,
  type Section,
  table,
} from '../../../bench/harness/results.ts'
import { makeScratch } from '../../../bench/harness/scratch.ts'
import { ratioOf, type Spread, show, spreadOf } from '../../../bench/harness/spread.ts'
import { PIPE, type RunningStore, S3RVER, STORES, type Store, WAYBILL } from './stores.ts'
import { LARGE_SIZE, LISTS, peakMemory, SMALL_COUNT, WORKLOADS } from './workloads.ts'

/** Bytes for an object of 4 GiB and the objects of the other stores. */
const ROOM = 6 * 1024 ** 3
const MAX_START_MS = 150
const MAX_MEMORY = 200e6
/**
 * Least shares of the speed of the bare pipe. Of small objects 3,500 a second were wanted, where
 * the pipe took 5,847.
 */
const SHARES = { PUT: 0.6, GET: 0.8, POST: 0.6, small: 0.6 } as const

type Workload = keyof typeof WORKLOADS
/** What the pipe does, too. */
const NAMES = ['PUT', 'GET', 'POST', 'small'] as const satisfies readonly Workload[]

interface Measured {
  /** Milliseconds from the start of a process to its first response. */
  readonly starts: Scores<Store>
  /** The most bytes of memory for sending and reading 4 GiB. */
  readonly memory: ReadonlyMap<Store, number>
  /** Milliseconds. */
  readonly costs: Readonly<Record<Workload, Scores<Store>>>
}

/** Runs the benchmark. */
export async function run({ isQuick }: Options): Promise<Section> {
  buildPackage()
  const rounds = isQuick ? 1 : 9
  const scratch = makeScratch(ROOM)
  const stores = new Map<Store, RunningStore>()
  const missing: string[] = []
  try {
    const processes = STORES.filter(({ isProcess }) => isProcess)
    console.error('start')
    const directory = scratch.directory('starts')
    const starts = await interleave(processes, rounds, async ({ start }) => {
      const { startMs, stop } = await start(directory)
      await stop()
      return startMs
    })
    console.error('memory')
    const memory = new Map<Store, number>()
    const huge = scratch.directory('huge')
    for (const each of processes) memory.set(each, await peakMemory(each, huge))
    for (const each of STORES) {
      try {
        stores.set(each, await each.start(scratch.path))
      } catch (error) {
        const why = error instanceof Error ? error.message : error
        missing.push(`${each.name} is not available: ${why}`)
      }
    }
    const costs = {
      PUT: await measure('PUT', stores, rounds),
      GET: await measure('GET', stores, rounds),
      POST: await measure('POST', stores, rounds),
      small: await measure('small', stores, rounds),
      list: await measure('list', stores, rounds),
    }
    const measured = { starts, memory, costs }
    const where = scratch.isMemory ? 'in memory (tmpfs), so that no disk is measured' : 'on disk'
    const text = `
PUT and GET by presigned URL and POST by presigned form, of 256 MiB, over one connection; ${SMALL_COUNT} PUTs of 1 KiB over
six; lists of these ${SMALL_COUNT} objects over one; from one Node process that does nothing else, in MB and objects per second (${rounds} rounds, medians, quartiles in
brackets). Directories are ${where}. *Start* is the time from the start of the process to its first answer; *memory* is
the most that the process has held after 4 GiB were put and got. The pipe stores bodies as they come and
checks nothing; waybill verifies signatures, policies and conditions, computes ETag, CRC64NVME and a CRC-32 of each
block, and verifies each block that it reads. ${peerVersion('s3rver')} checks no signature of version 4 and no policy. moto verifies neither. radosgw and moto keep objects in
memory, and Swift has no forms; start and memory are only compared for the servers that are one Node process.

${tableOf([...stores.keys()], measured)}

${missing.join('\n')}`
    return { text, goals: goalsOf(measured) }
  } finally {
    for (const store of stores.values()) await store.stop()
    scratch.remove()
  }
}

function measure(
  name: Workload,
  stores: ReadonlyMap<Store, RunningStore>,
  rounds: number,
): Promise<Scores<Store>> {
  console.error(name)
  const able = [...stores.keys()].filter(
    (each) => (name !== 'POST' || each.takesForms) && (name !== 'list' || each !== PIPE),
  )
  return interleave(able, rounds, (each) => {
    const store = stores.get(each)
    if (!store) throw new TypeError(`${each.name} was not started`)
    return WORKLOADS[name](store)
  })
}

function tableOf(stores: readonly Store[], { starts, memory, costs }: Measured): string {
  const cell = (values: readonly number[] | undefined, unit = '') =>
    values ? show(spreadOf(values), unit, 0) : '–'
  const rows = stores.map((store) => {
    const per = (name: Workload, amount: number) =>
      cell(costs[name].get(store)?.map((ms) => amount / (ms / 1000)))
    const held = memory.get(store)
    return [
      store.name,
      per('PUT', LARGE_SIZE / 1e6),
      per('GET', LARGE_SIZE / 1e6),
      per('POST', LARGE_SIZE / 1e6),
      per('small', SMALL_COUNT),
      per('list', LISTS),
      cell(starts.get(store), 'ms'),
      held === undefined ? '–' : megabytes(held),
    ]
  })
  const head = ['', 'PUT MB/s', 'GET MB/s', 'POST MB/s', '1 KiB objects/s', 'lists/s', 'start']
  return table([[...head, 'memory, 4 GiB'], ...rows])
}

function goalsOf({ costs, starts, memory }: Measured): Goal[] {
  const held = memory.get(WAYBILL) ?? Number.NaN
  const { median: startMs } = spreadOf(starts.get(WAYBILL) ?? [])
  const ofPipe = NAMES.map((name) =>
    atLeast(
      `${name} ≥ ${SHARES[name] * 100} % of the pipe`,
      timesAsFast(costs[name], PIPE),
      SHARES[name],
    ),
  )
  const ofS3rver = Object.entries({ ...costs, start: starts }).map(([name, scores]) => {
    const times = timesAsFast(scores, S3RVER)
    return {
      goal: `${name} faster than s3rver`,
      measured: `${show(times)} ×`,
      met: times.median > 1,
    }
  })
  return [
    ...ofPipe,
    ...ofS3rver,
    { goal: 'memory < 200 MB', measured: megabytes(held), met: held < MAX_MEMORY },
    {
      goal: 'ready in 150 ms',
      measured: `${startMs.toFixed(0)} ms`,
      met: startMs <= MAX_START_MS,
    },
  ]
}

/** Computes how many times as fast as `other` Waybill was, round by round. */
function timesAsFast(scores: Scores<Store>, other: Store): Spread {
  return ratioOf(scores.get(other) ?? [], scores.get(WAYBILL) ?? [])
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}
