/**
 * Describes leading or trailing white space in a key or secret, usually copied from a file by
 * mistake. Many clients drop it, and HTTP drops it from headers, so keys would not match.
 *
 * @returns For example `ends with a line break`. Never quotes the text.
 */
export function surroundingWhitespace(text: string): string | undefined {
  const [last] = /\s$/.exec(text) ?? []
  const [first] = /^\s/.exec(text) ?? []
  if (last !== undefined) return `ends with ${NAMES[last] ?? 'white space'}`
  return first === undefined ? undefined : `begins with ${NAMES[first] ?? 'white space'}`
}

const NAMES: Readonly<Record<string, string>> = {
  ' ': 'a space',
  '\t': 'a tab',
  '\n': 'a line break',
  '\r': 'a line break',
}
