/**
 * Finds one thing among what an account holds, by a piece of its name.
 *
 * @module
 */

/** @returns The one entry whose name holds the piece, in whatever case. */
export function named<T>(things: Readonly<Record<string, T>>, piece: string): readonly [string, T] {
  const found = Object.entries(things).filter(([name]) =>
    name.toLowerCase().includes(piece.toLowerCase()),
  )
  const [first, ...others] = found
  if (first && others.length === 0) return first
  throw new Error(`${found.length} are named '${piece}' among ${Object.keys(things).join(', ')}`)
}

/** All ARNs in a value, however deep. */
export function arnsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.startsWith('arn:') ? [value] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(arnsIn)
}
