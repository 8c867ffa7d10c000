/**
 * Measures one pair in a process of its own, and prints the ratio: `measure-pair.ts <name>`.
 *
 * @module
 */

import { spreadOf } from '../harness/spread.ts'
import type { RunningPair, Work } from './pair.ts'
import { PAIRS } from './pairs.ts'

/** CPU time of a batch: long compared with reading the clock, short enough to be undisturbed. */
const BATCH_MICROS = 4_000
const ROUNDS = 120
/** The optimising compiler is a thread of its own and lags behind on a busy machine. */
const WARM_UP_MICROS = 500_000

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
async function batchOf(work: Work): Promise<number> {
  let times = 1
  for (let spent = 0; ; ) {
    const micros = await cpuOf(work, times)
    spent += micros
    if (spent > WARM_UP_MICROS) return Math.max(1, Math.round((times * BATCH_MICROS) / micros))
    if (micros < BATCH_MICROS) times *= 2
  }
}

/** The median ratio of neighbouring batches: what disturbs one mostly disturbs the other. */
async function ratioOf({ bare, ours }: RunningPair): Promise<number> {
  const [bareTimes, ourTimes] = [await batchOf(bare), await batchOf(ours)]
  const ratios: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const least = (await cpuOf(bare, bareTimes)) / bareTimes
    ratios.push((await cpuOf(ours, ourTimes)) / ourTimes / least)
  }
  return spreadOf(ratios).median
}

const pair = PAIRS.find(({ name }) => name === process.argv[2])
if (!pair) throw new RangeError(`there is no pair '${process.argv[2]}'`)
const running = await pair.start()
console.log(await ratioOf(running))
await running.stop?.()
