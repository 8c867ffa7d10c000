/**
 * Measures contestants side by side: all of them once per round, so that whatever else the machine does in between
 * falls on all of them alike.
 *
 * @module
 */

export interface Contestant {
  readonly name: string
}

/** What one contestant scored, a value per round. Values of one round belong together: compare them in pairs. */
export type Scores<C extends Contestant> = ReadonlyMap<C, readonly number[]>

/**
 * @param measure - Runs one contestant once and answers its score.
 * @param warmUpRounds - Rounds that come first and do not count.
 */
export async function interleave<C extends Contestant>(
  contestants: readonly C[],
  rounds: number,
  measure: (contestant: C) => Promise<number>,
  warmUpRounds = 1,
): Promise<Scores<C>> {
  const scores = new Map<C, number[]>(contestants.map((contestant) => [contestant, []]))
  for (let round = 1 - warmUpRounds; round <= rounds; round += 1) {
    process.stderr.write(`\rround ${round} of ${rounds} `)
    // Each round begins with another, so that nobody always runs after the one that leaves most garbage.
    const first = (round - 1 + warmUpRounds) % contestants.length
    for (const contestant of [...contestants.slice(first), ...contestants.slice(0, first)]) {
      const score = await measure(contestant)
      if (round > 0) scores.get(contestant)?.push(score)
    }
  }
  process.stderr.write('\n')
  return scores
}
