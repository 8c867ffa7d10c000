const MAX_LENGTH = 100

/**
 * Formats a received value for an error message. It can be large or deeply nested, so only its
 * beginning is shown.
 */
export function receivedText(value: unknown): string {
  if (value === undefined) return 'missing'
  // An import of `node:util` would load all that it exports, and delay every start.
  const { inspect } = process.getBuiltinModule('node:util')
  const text = inspect(value, {
    depth: 0,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 3,
    maxStringLength: MAX_LENGTH,
  })
  return text.length > 2 * MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text
}
