/**
 * URI encoding as SigV4 demands it: every byte except the unreserved `A–Z a–z 0–9 - . _ ~` becomes `%XY`.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sig-v4-header-based-auth.html
 * @module
 */

const UNRESERVED = /^[\w.~-]*$/
const LEFT_OVER = /[!'()*]/g

/** Encodes one query name or value; `/` becomes `%2F`. */
export function uriEncode(text: string): string {
  // Lone surrogates have no UTF-8; `encodeURIComponent` would throw.
  if (UNRESERVED.test(text)) return text
  return encodeURIComponent(text.toWellFormed()).replace(
    LEFT_OVER,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** Encodes an object key for a path: `/` stays. S3 encodes once, and never normalises `.`, `..` or `//`. */
export function uriEncodePath(path: string): string {
  return uriEncode(path).replaceAll('%2F', '/')
}

/** @returns The sorted `name=value&…` of SigV4's canonical request. Names and values arrive decoded. */
export function canonicalQuery(query: Iterable<readonly [string, string]>): string {
  const pairs: string[] = []
  for (const [name, value] of query) pairs.push(`${uriEncode(name)}=${uriEncode(value)}`)
  // AWS sorts by encoded name, then value; `=` (0x3D) would sort `a-=1` and `a=1` wrongly, hence the split.
  return pairs.sort(byNameThenValue).join('&')
}

function byNameThenValue(a: string, b: string): number {
  const [nameA = '', valueA = ''] = a.split('=')
  const [nameB = '', valueB = ''] = b.split('=')
  if (nameA !== nameB) return nameA < nameB ? -1 : 1
  if (valueA === valueB) return 0
  return valueA < valueB ? -1 : 1
}
