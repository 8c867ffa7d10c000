/**
 * Finds the known word that was probably meant, for "did you mean".
 *
 * @returns The only word that begins with `given`, or else the first that differs in one or, if
 *   `given` is long enough, two letters.
 */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const word = given.toLowerCase()
  const longer = word.length > 1 ? known.filter((each) => each.toLowerCase().startsWith(word)) : []
  if (longer.length === 1) return longer[0]
  for (let edits = 1; edits <= Math.min(word.length / 2, 2); edits += 1) {
    const found = known.find((each) => differsBy(edits, word, each.toLowerCase()))
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * Whether `a` becomes `b` if at most this many letters are added, removed, replaced or swapped with
 * the next.
 */
function differsBy(edits: number, a: string, b: string): boolean {
  if (a === b) return true
  if (edits === 0) return false
  let same = 0
  while (a[same] !== undefined && a[same] === b[same]) same += 1
  const [x, y] = [a.slice(same), b.slice(same)]
  const swaps = x[0] === y[1] && x[1] === y[0]
  return (
    differsBy(edits - 1, x.slice(1), y) ||
    differsBy(edits - 1, x, y.slice(1)) ||
    differsBy(edits - 1, x.slice(1), y.slice(1)) ||
    (swaps && differsBy(edits - 1, x.slice(2), y.slice(2)))
  )
}
