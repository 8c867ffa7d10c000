/**
 * Computes one page of a list of keys: prefix, delimiter, paging. Pure; the list operations make
 * S3's XML of it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-prefixes.html
 * @module
 */

import { compareKeys } from '../../buckets/key-index.ts'

/** What a page shall contain. */
export interface PageRequest {
  readonly prefix: string
  /** The delimiter; `''` for none. */
  readonly delimiter: string
  /** The page has only keys and common prefixes after this one. */
  readonly after: string
  /** The most keys and common prefixes together. */
  readonly maxKeys: number
}

/** A page of a list. */
export interface Page {
  /** In ascending order. */
  readonly keys: readonly string[]
  readonly commonPrefixes: readonly string[]
  readonly truncated: boolean
  /** The last key or common prefix of the page: `after` of the next page. */
  readonly last: string
}

/**
 * Computes a page.
 *
 * @param keysFrom - Yields the keys from a given one on, ascending.
 * @param shows - Tells whether a key is listed; keys of deleted objects are not.
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
      // All keys under a common prefix are one entry: skip them.
      if (common !== undefined && common === last) {
        from = afterAll(common)
        break
      }
      if (keys.length + commonPrefixes.length >= maxKeys) {
        // For S3 a page of zero keys is not truncated.
        return { keys, commonPrefixes, truncated: maxKeys > 0, last }
      }
      if (common === undefined) keys.push(key)
      else commonPrefixes.push(common)
      last = common ?? key
    }
  }
  return { keys, commonPrefixes, truncated: false, last }
}

/**
 * Returns the key up to and including the first delimiter after `prefix`; `undefined` without one.
 */
export function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
  return at < 0 ? undefined : key.slice(0, at + delimiter.length)
}

/** Finds the first text after all keys that begin with `prefix`; `undefined` when there is none. */
function afterAll(prefix: string): string | undefined {
  const chars = Array.from(prefix)
  // The largest character has no successor: remove it, and increase the one before.
  while (chars.at(-1) === '\u{10FFFF}') chars.pop()
  const point = chars.pop()?.codePointAt(0)
  if (point === undefined) return undefined
  // Skip the surrogates: they are not characters.
  const next = point === 0xd7_ff ? 0xe0_00 : point + 1
  return chars.join('') + String.fromCodePoint(next)
}
