/**
 * CPU time instead of wall time: on a shared machine the wall clock measures the neighbours.
 *
 * @module
 */

import type { Contestant } from './interleave.ts'

export interface CpuContestant extends Contestant {
  /** How many results one `work` has: 1, or the length of a window. */
  readonly results: number
  readonly work: () => unknown
}

/** Long enough for the kernel's accounting (1 to 4 ms) not to matter. */
const SAMPLE_MS = 150

/** @returns Microseconds of CPU per result, all threads of the process together. */
export async function cpuMicrosPerResult({ results, work }: CpuContestant): Promise<number> {
  const before = process.cpuUsage()
  let done = 0
  let micros = 0
  while (micros < SAMPLE_MS * 1000) {
    // Asking for the CPU time costs about as much as a signature: ask once in a while.
    for (let until = done + Math.max(1, 2000 / results); done < until; done += 1) {
      const answer = work()
      if (answer instanceof Promise) await answer
    }
    const { user, system } = process.cpuUsage(before)
    micros = user + system
  }
  return micros / (done * results)
}
