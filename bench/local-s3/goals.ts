/**
 * The goals of the local S3, and whether it meets them.
 *
 * @module
 */

import type { Goal } from '../harness/results.ts'
import { ratioOf, type Spread, spreadOf } from '../harness/spread.ts'
import type { Measured, StoreScores } from './measure.ts'

const MAX_START_MS = 150
const MAX_MEMORY = 200e6
/**
 * Least shares of the speed of the bare pipe. Of small objects 3,500 a second were wanted, where
 * the pipe took 5,847.
 */
const SHARES = { PUT: 0.6, POST: 0.6, GET: 0.8, small: 0.6 } as const

/** Compares the measured values with the goals. */
export function goalsOf(measured: Measured): Goal[] {
  const { costs, starts, memory } = measured
  const goals: Goal[] = []
  for (const name of ['PUT', 'GET', 'POST', 'small'] as const) {
    const share = timesAsFast(costs.get(name), 'pipe')
    if (!share) continue
    const percent = SHARES[name] * 100
    goals.push(
      goal(`${name} ≥ ${percent} % of the pipe`, show(share), share.median >= SHARES[name]),
    )
  }
  for (const [name, scores] of [...costs, ['start', starts] as const]) {
    const times = timesAsFast(scores, 's3rver')
    if (times) goals.push(goal(`${name} faster than s3rver`, `${show(times)} ×`, times.median > 1))
  }
  const [waybill] = [...memory].filter(([{ name }]) => name === 'waybill')
  if (waybill) {
    const [contestant, bytes] = waybill
    const { median } = spreadOf(starts.get(contestant) ?? [])
    goals.push(
      goal('memory < 200 MB', `${(bytes / 1e6).toFixed(0)} MB`, bytes < MAX_MEMORY),
      goal('ready in 150 ms', `${median.toFixed(0)} ms`, median <= MAX_START_MS),
    )
  }
  return goals
}

function goal(text: string, measured: string, met: boolean): Goal {
  return { goal: text, measured, met }
}

/** Computes how many times as fast as `other` Waybill was, round by round. */
function timesAsFast(scores: StoreScores | undefined, other: string): Spread | undefined {
  const [theirs, ours] = [scoresOf(scores, other), scoresOf(scores, 'waybill')]
  return theirs && ours && ratioOf(theirs, ours)
}

function scoresOf(scores: StoreScores | undefined, wanted: string): readonly number[] | undefined {
  for (const [{ name }, values] of scores ?? []) if (name === wanted) return values
  return undefined
}

function show({ median, low, high }: Spread): string {
  return `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`
}
