/**
 * Judges the ratios of a run by their baselines.
 *
 * @module
 */

/** Ratio of each pair by kind of CPU (`os.cpus()[0].model`), then by name. */
export type Baselines = Readonly<Record<string, Readonly<Record<string, number>>>>

/** How much a ratio may grow. */
const ROOM = 1.15
/**
 * How much on a kind of CPU without baselines, beside the highest of the others: between Intel Xeon
 * and AMD EPYC the ratios of the same code differed by up to a fifth.
 */
const ROOM_ELSEWHERE = 1.3

/** The limit of a pair, and where it comes from. */
export interface Limit {
  readonly baseline: number
  readonly limit: number
  /** Whether the baseline is of this kind of CPU. */
  readonly isOwn: boolean
}

/**
 * Finds the limit of a pair.
 * @throws {RangeError} When no kind of CPU has a baseline of it.
 */
export function limitOf(baselines: Baselines, cpu: string, name: string): Limit {
  const own = baselines[cpu]?.[name]
  if (own !== undefined) return { baseline: own, limit: own * ROOM, isOwn: true }
  const others = Object.values(baselines).flatMap((each) => each[name] ?? [])
  if (others.length === 0) {
    throw new RangeError(`'${name}' has no baseline: npm run guard -- --write`)
  }
  const baseline = Math.max(...others)
  return { baseline, limit: baseline * ROOM_ELSEWHERE, isOwn: false }
}

/** How often a ratio is measured before it has grown, each time in a new process. */
export const ATTEMPTS = 3

/** The least ratio of up to `ATTEMPTS`: a disturbance passes, a slower program stays. */
export async function leastRatio(measure: () => Promise<number>, limit: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < ATTEMPTS && least > limit; attempt += 1) {
    least = Math.min(least, await measure())
  }
  return least
}
