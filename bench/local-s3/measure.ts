/**
 * Measures the stores, alternating between them.
 *
 * @module
 */

import { interleave, type Scores } from '../harness/interleave.ts'
import type { StoreContestant } from './contestants.ts'
import type { RunningStore } from './store.ts'
import type { Workload } from './workloads.ts'

/** Milliseconds, one value per round. */
export type StoreScores = Scores<StoreContestant>

/** All measured values. */
export interface Measured {
  /** From the start of a process to its first response. */
  readonly starts: StoreScores
  /** The most bytes of memory for sending and reading 4 GiB. */
  readonly memory: ReadonlyMap<StoreContestant, number>
  readonly costs: ReadonlyMap<Workload['name'], StoreScores>
  /** Why some stores are not measured. */
  readonly missing: readonly string[]
}

/** Measures the starts of the stores. */
export function measureStarts(
  contestants: readonly StoreContestant[],
  rounds: number,
  directory: string,
): Promise<StoreScores> {
  return interleave(contestants, rounds, async (contestant) => {
    const { startMs, stop } = await contestant.start(directory)
    await stop()
    return startMs
  })
}

/** Measures workloads on all stores. */
export async function measureWorkloads(
  workloads: readonly Workload[],
  stores: ReadonlyMap<StoreContestant, RunningStore>,
  rounds: number,
): Promise<Map<Workload['name'], StoreScores>> {
  const costs = new Map<Workload['name'], StoreScores>()
  for (const { name, run } of workloads) {
    console.error(name)
    const able = [...stores.keys()].filter(({ takesForms }) => name !== 'POST' || takesForms)
    const measure = (contestant: StoreContestant) => {
      const store = stores.get(contestant)
      if (!store) throw new TypeError(`${contestant.title} was not started`)
      return run(store)
    }
    costs.set(name, await interleave(able, rounds, measure))
  }
  return costs
}
