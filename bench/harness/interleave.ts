/**
 * Measures contestants in rounds, each once per round, so that other load on the machine affects
 * all equally.
 *
 * @module
 */

/** A contestant. */
export interface Contestant {
  readonly name: string
  /** Takes part only in the first so many rounds: a slow one needs no spread. */
  readonly rounds?: number
}

/** The scores of each contestant, one per round. Compare values of the same round. */
export type Scores<C extends Contestant, Score = number> = ReadonlyMap<C, readonly Score[]>

/**
 * Measures all contestants.
 *
 * @param measure - Runs a contestant once and returns its score.
 * @param warmUpRounds - Rounds at the start that do not count.
 */
export async function interleave<C extends Contestant, Score>(
  contestants: readonly C[],
  rounds: number,
  measure: (contestant: C) => Promise<Score>,
  warmUpRounds = 1,
): Promise<Scores<C, Score>> {
  const scores = new Map<C, Score[]>(contestants.map((contestant) => [contestant, []]))
  for (let round = 1 - warmUpRounds; round <= rounds; round += 1) {
    if (process.stderr.isTTY) process.stderr.write(`\rround ${round} of ${rounds} `)
    // Each round starts with another contestant, so that none always runs after the one that leaves
    // most garbage.
    const first = (round - 1 + warmUpRounds) % contestants.length
    for (const contestant of [...contestants.slice(first), ...contestants.slice(0, first)]) {
      if (round > (contestant.rounds ?? rounds)) continue
      const score = await measure(contestant)
      if (round > 0) scores.get(contestant)?.push(score)
    }
  }
  if (process.stderr.isTTY) process.stderr.write('\n')
  return scores
}
