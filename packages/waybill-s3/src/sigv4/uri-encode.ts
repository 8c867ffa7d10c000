/**
 * SigV4's URI encoding: every byte except `A–Z a–z 0–9 - . _ ~` becomes `%XY`.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sig-v4-header-based-auth.html
 * @module
 */

const UNRESERVED = /^[\w.~-]*$/
const LEFT_OVER = /[!'()*]/g

/** Encodes a query parameter's name or value. `/` becomes `%2F`. */
export function uriEncode(text: string): string {
  if (UNRESERVED.test(text)) return text
  // `encodeURIComponent` would throw for lone surrogates, which UTF-8 cannot represent.
  return encodeURIComponent(text.toWellFormed()).replace(
    LEFT_OVER,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/**
 * Encodes an object key for a URL's path, except `/`. S3 encodes a path only once and does not
 * normalise `.`, `..` or `//`.
 */
export function uriEncodePath(path: string): string {
  return uriEncode(path).replaceAll('%2F', '/')
}

/**
 * Builds SigV4's canonical query string: encoded `name=value` pairs, sorted.
 *
 * @param query - Names and values, unencoded.
 */
export function canonicalQuery(query: Iterable<readonly [string, string]>): string {
  const pairs: (readonly [string, string])[] = []
  for (const [name, value] of query) pairs.push([uriEncode(name), uriEncode(value)])
  // AWS sorts by encoded name, then by value. Sorting whole pairs would be wrong: `=` comes after
  // `-`, so `a=1` would follow `a-=1`.
  pairs.sort(byNameThenValue)
  return pairs.map(([name, value]) => `${name}=${value}`).join('&')
}

function byNameThenValue(
  [nameA, valueA]: readonly [string, string],
  [nameB, valueB]: readonly [string, string],
): number {
  return compare(nameA, nameB) || compare(valueA, valueB)
}

function compare(a: string, b: string): number {
  return Number(a > b) - Number(a < b)
}
