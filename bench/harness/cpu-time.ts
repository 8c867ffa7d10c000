/**
 * CPU time. On a shared machine the wall clock also measures other processes.
 *
 * @module
 */

import type { Contestant } from './interleave.ts'

/** A contestant whose CPU time is measured. */
export interface CpuContestant extends Contestant {
  /** How many results one call of `work` makes: 1, or the length of a window. */
  readonly results: number
  readonly work: () => unknown
}

/** The length of a sample, long compared with the resolution of the kernel (1 to 4 ms). */
const SAMPLE_MS = 150

/** Measures microseconds of CPU per result, in all threads of the process. */
export async function cpuMicrosPerResult({ results, work }: CpuContestant): Promise<number> {
  const before = process.cpuUsage()
  let done = 0
  let micros = 0
  while (micros < SAMPLE_MS * 1000) {
    // Reading the CPU time costs as much as a signature, so it is read rarely.
    for (let until = done + Math.max(1, 2000 / results); done < until; done += 1) {
      const answer = work()
      if (answer instanceof Promise) await answer
    }
    const { user, system } = process.cpuUsage(before)
    micros = user + system
  }
  return micros / (done * results)
}
