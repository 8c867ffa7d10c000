/**
 * One page of a list of keys: prefix, delimiter, paging. Pure; the list operations give it S3's words.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-prefixes.html
 * @module
 */

import { compareKeys } from '../../buckets/key-index.ts'

export interface PageRequest {
  readonly prefix: string
  /** `''` for none. */
  readonly delimiter: string
  /** Only keys and common prefixes after this one. */
  readonly after: string
  /** At most this many keys and common prefixes together. */
  readonly maxKeys: number
}

export interface Page {
  /** Ascending. */
  readonly keys: readonly string[]
  readonly commonPrefixes: readonly string[]
  readonly truncated: boolean
  /** The last key or common prefix of the page: `after` of the next one. */
  readonly last: string
}

/**
 * @param keysFrom - Keys at or after a given one, ascending.
 * @param shows - Whether a key counts; the keys of deleted objects do not.
 */
export function listPage(
  keysFrom: (from: string) => Iterable<string>,
  { prefix, delimiter, after, maxKeys }: PageRequest,
  shows: (key: string) => boolean = () => true,
): Page {
  const keys: string[] = []
  const commonPrefixes: string[] = []
  let last = after
  let from: string | undefined = compareKeys(after, prefix) > 0 ? after : prefix
  while (from !== undefined) {
    const start: string = from
    from = undefined
    for (const key of keysFrom(start)) {
      if (!key.startsWith(prefix)) break
      if (compareKeys(key, after) <= 0 || !shows(key)) continue
      const common = commonPrefixOf(key, prefix, delimiter)
      // All keys under a common prefix are one entry: jump over them.
      if (common !== undefined && common === last) {
        from = afterAll(common)
        break
      }
      if (keys.length + commonPrefixes.length >= maxKeys) {
        // A page of nothing is complete, says S3.
        return { keys, commonPrefixes, truncated: maxKeys > 0, last }
      }
      if (common === undefined) keys.push(key)
      else commonPrefixes.push(common)
      last = common ?? key
    }
  }
  return { keys, commonPrefixes, truncated: false, last }
}

/** @returns The key up to and with the first delimiter after `prefix`, `undefined` when there is none. */
export function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
  return at < 0 ? undefined : key.slice(0, at + delimiter.length)
}

/** @returns The least text above every key that starts with `prefix`; `undefined` when nothing is above them. */
function afterAll(prefix: string): string | undefined {
  const chars = Array.from(prefix)
  // The last character that there is has none after it: the one before it is raised.
  while (chars.at(-1) === '\u{10FFFF}') chars.pop()
  const point = chars.pop()?.codePointAt(0)
  if (point === undefined) return undefined
  // Surrogates are no characters of their own.
  const next = point === 0xd7_ff ? 0xe0_00 : point + 1
  return chars.join('') + String.fromCodePoint(next)
}
