/**
 * How SigV4 writes URIs, query strings and dates.
 *
 * It is not part of `sigv4.ts`: code that a Lambda function loads only when it is needed uses it.
 * There, rolldown would move SigV4's digests from the entry into another file.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sig-v4-header-based-auth.html
 * @module
 */

const UNRESERVED = /^[\w.~-]*$/
const LEFT_OVER = /[!'()*]/g

/**
 * Encodes a query parameter's name or value: every byte except `A–Z a–z 0–9 - . _ ~` becomes `%XY`.
 */
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
 * normalize `.`, `..` or `//`.
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

/**
 * Formats a date for `x-amz-date`, for example `20151229T000000Z`. The first eight characters are
 * the date in the credential scope.
 */
export function formatAmzDate(date: Date): string {
  const iso = date.toISOString()
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`
}

/** @returns `undefined` if `text` is not a date such as `20151229T000000Z`. */
export function parseAmzDate(text: string): Date | undefined {
  const match = /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(text)
  if (!match) return undefined
  const [, year, month, day, hour, minute, second] = match
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  // `new Date` turns 30 February into a date in March. This check also rejects extra text.
  return Number.isNaN(date.getTime()) || formatAmzDate(date) !== text ? undefined : date
}
