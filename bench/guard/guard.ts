/**
 * `npm run guard`: fails when one of our hot operations has become slower. It compares ratios: CPU
 * of the operation to CPU of the least that the platform must do for it, in one process, in turns.
 * Absolute times say more about the machine.
 *
 * `-- --write` replaces the baselines of this kind of CPU.
 *
 * @module
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { interleave } from '../harness/interleave.ts'
import { startNode } from '../harness/node-process.ts'
import { ratioOf, spreadOf } from '../harness/spread.ts'
import { PAIRS, type Pair, type Work } from './pairs.ts'

/** Ratio of each pair by kind of CPU (`os.cpus()[0].model`), then by name. */
type Baselines = Readonly<Record<string, Readonly<Record<string, number>>>>

const FILE = new URL('baselines.json', import.meta.url)
/** How much a ratio may grow. */
const ROOM = 1.15
/**
 * How much on a kind of CPU without baselines, compared with the highest of the others: between
 * Intel Xeon and AMD EPYC the ratios of the same code differed by up to a fifth.
 */
const ROOM_ELSEWHERE = 1.3
/** How often a ratio is measured before it has grown, each time in a new process. */
export const ATTEMPTS = 3
/** For a baseline: its median does not depend on one process. */
const BASELINE_RUNS = 5
/** CPU time of a batch: long compared with reading the clock, short enough to be undisturbed. */
const BATCH_MICROS = 4_000
const ROUNDS = 120
/** The optimizing compiler is a separate thread and lags behind on a busy machine. */
const WARM_UP_MICROS = 500_000

/**
 * Finds the limit of a pair.
 * @throws {RangeError} When no kind of CPU has a baseline of it.
 */
export function limitOf(baselines: Baselines, cpu: string, name: string) {
  const own = baselines[cpu]?.[name]
  if (own !== undefined) return { baseline: own, limit: own * ROOM, isOwn: true }
  const others = Object.values(baselines).flatMap((each) => each[name] ?? [])
  if (others.length === 0) {
    throw new RangeError(`'${name}' has no baseline: npm run guard -- --write`)
  }
  const baseline = Math.max(...others)
  return { baseline, limit: baseline * ROOM_ELSEWHERE, isOwn: false }
}

/** The least ratio of up to `ATTEMPTS`: a disturbance passes, a slower program stays. */
export async function leastRatio(measure: () => Promise<number>, limit: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < ATTEMPTS && least > limit; attempt += 1) {
    least = Math.min(least, await measure())
  }
  return least
}

/** Measures a pair in a separate process, whose first message is the ratio. */
async function measure({ name }: Pair): Promise<number> {
  const child = await startNode([import.meta.filename, name])
  await child.end()
  return Number(child.ready)
}

async function write(baselines: Baselines, cpu: string): Promise<void> {
  const own: Record<string, number> = {}
  for (const pair of PAIRS) {
    const ratios: number[] = []
    for (let each = 0; each < BASELINE_RUNS; each += 1) ratios.push(await measure(pair))
    own[pair.name] = Number(spreadOf(ratios).median.toFixed(2))
    console.log(`${pair.name}: ${own[pair.name]} ×, of ${ratios.map(twoDigits).join(' ')}`)
  }
  writeFileSync(FILE, `${JSON.stringify({ ...baselines, [cpu]: own }, undefined, 2)}\n`)
}

async function check(baselines: Baselines, cpu: string): Promise<boolean> {
  const grown: string[] = []
  for (const pair of PAIRS) {
    const { baseline, limit, isOwn } = limitOf(baselines, cpu, pair.name)
    const ratio = await leastRatio(() => measure(pair), limit)
    const where = isOwn ? '' : ', the highest of other CPUs'
    const line = `${pair.name}: ${twoDigits(ratio)} ×, before ${twoDigits(baseline)}${where}`
    console.log(`${ratio > limit ? '✗' : '✓'} ${line}`)
    if (ratio > limit) grown.push(line)
  }
  if (grown.length === 0) return true
  console.log(`\nSlower than before (npm run guard -- --write, if it must be):`)
  for (const line of grown) console.log(line)
  return false
}

function twoDigits(ratio: number): string {
  return ratio.toFixed(2)
}

/** Microseconds of CPU of this thread; others (client, compiler, collector) do not count. */
async function cpuOf(work: Work, times: number): Promise<number> {
  const before = threadMicros()
  await work(times)
  return threadMicros() - before
}

function threadMicros(): number {
  // Linux counts a thread's time at each tick of 4 ms. Asked for the process's, it reads the clock,
  // and then knows the thread's, too.
  process.cpuUsage()
  const { user, system } = process.threadCpuUsage()
  return user + system
}

/** Warms up, and finds how many times make a batch. */
async function batchOf(name: string, work: Work) {
  let times = 1
  for (let spent = 0; ; ) {
    const micros = await cpuOf(work, times)
    spent += micros
    if (spent > WARM_UP_MICROS) {
      return { name, work, times: Math.max(1, Math.round((times * BATCH_MICROS) / micros)) }
    }
    if (micros < BATCH_MICROS) times *= 2
  }
}

/** The median ratio of neighboring batches: what disturbs one mostly disturbs the other. */
async function measureHere(name: string): Promise<number> {
  const pair = PAIRS.find((each) => each.name === name)
  if (!pair) throw new RangeError(`there is no pair '${name}'`)
  const running = await pair.start()
  const bare = await batchOf('bare', running.bare)
  const ours = await batchOf('ours', running.ours)
  const scores = await interleave(
    [bare, ours],
    ROUNDS,
    async ({ work, times }) => (await cpuOf(work, times)) / times,
  )
  return ratioOf(scores.get(ours) ?? [], scores.get(bare) ?? []).median
}

async function main(): Promise<number> {
  const cpu = cpus()[0]?.model.trim() ?? 'unknown CPU'
  const baselines: Baselines = JSON.parse(readFileSync(FILE, 'utf8'))
  if (!process.argv.includes('--write')) return (await check(baselines, cpu)) ? 0 : 1
  await write(baselines, cpu)
  return 0
}

if (import.meta.main) {
  if (process.send) process.send(await measureHere(process.argv[2] ?? ''))
  else process.exitCode = await main()
}
