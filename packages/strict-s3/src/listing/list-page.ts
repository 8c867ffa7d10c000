/**
 * What all list operations share: their query parameters, and how a page of keys is found.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-prefixes.html
 * @module
 */

import { S3Error, uriEncodePath } from 'waybill-s3'
import { MORE_LIMITS } from 'waybill-s3/internal/multipart-limits'
import { compareKeys } from '../buckets/key-index.ts'
import { queryOf, type S3Request } from '../message/request.ts'

export interface ListOptions {
  readonly prefix: string
  readonly delimiter: string
  readonly maxKeys: number
  /** Encodes keys as requested. Clients request URL encoding because XML cannot hold every key. */
  readonly encode: (key: string) => string
  readonly encodingType: string | undefined
}

/** @throws {S3Error} `InvalidArgument` */
export function listOptions(request: S3Request, maxName = 'max-keys'): ListOptions {
  const encodingType = queryOf(request, 'encoding-type')
  if (encodingType !== undefined && encodingType !== 'url') {
    throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request', {
      ArgumentName: 'encoding-type',
      ArgumentValue: encodingType,
    })
  }
  return {
    prefix: queryOf(request, 'prefix') ?? '',
    delimiter: queryOf(request, 'delimiter') ?? '',
    maxKeys: readMax(request, maxName),
    encode: encodingType ? urlEncode : (key) => key,
    encodingType,
  }
}

const MAX_ENTRIES = MORE_LIMITS.maxListed

/** @throws {S3Error} `InvalidArgument` */
export function readMax(request: S3Request, name: string): number {
  const value = queryOf(request, name)
  if (value === undefined || value === '') return MAX_ENTRIES
  if (/^\d{1,10}$/.test(value) && Number(value) <= 2_147_483_647) {
    return Math.min(Number(value), MAX_ENTRIES)
  }
  const message = /^-?\d+$/.test(value)
    ? `Argument ${name} must be an integer between 0 and 2147483647`
    : `Provided ${name} not an integer or within integer range`
  throw new S3Error('InvalidArgument', message, { ArgumentName: name, ArgumentValue: value })
}

/** As in HTML forms, a space becomes `+`. */
function urlEncode(key: string): string {
  return uriEncodePath(key).replaceAll('%20', '+')
}

/** Tokens are opaque to clients. The prefix lets `readToken` reject other strings. */
export function makeToken(last: string): string {
  return Buffer.from(`1/${last}`).toString('base64')
}

/** @throws {S3Error} `InvalidArgument` */
export function readToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString('utf8')
  if (text.startsWith('1/') && makeToken(text.slice(2)) === token) return text.slice(2)
  throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect', {
    ArgumentName: 'continuation-token',
  })
}

export interface PageRequest {
  readonly prefix: string
  readonly delimiter: string
  /** The key or common prefix after which the page starts. */
  readonly after: string
  /** The maximum number of keys and common prefixes together. */
  readonly maxKeys: number
}

export interface Page {
  /** In ascending order. */
  readonly keys: readonly string[]
  readonly commonPrefixes: readonly string[]
  readonly truncated: boolean
  /** The last key or common prefix, after which the next page starts. */
  readonly last: string
}

/**
 * @param keysFrom - Yields the keys from the given one onwards, in ascending order.
 * @param shows - Whether to list a key. Keys of deleted objects are not listed.
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
      // All keys under a common prefix share one entry, so skip them.
      if (common !== undefined && common === last) {
        from = afterAll(common)
        break
      }
      if (keys.length + commonPrefixes.length >= maxKeys) {
        // S3 does not report a page of zero keys as truncated.
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
 * Returns the key up to and including the first delimiter after `prefix`, or `undefined` if there
 * is none.
 */
export function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
  return at < 0 ? undefined : key.slice(0, at + delimiter.length)
}

/**
 * Returns the key or common prefix after which the page starts. Except in ListObjectsV2, a marker
 * under a common prefix skips all of that prefix.
 */
export function afterMarker(marker: string, prefix: string, delimiter: string): string {
  const common = marker.startsWith(prefix) ? commonPrefixOf(marker, prefix, delimiter) : undefined
  return common ?? marker
}

/**
 * Returns the smallest string after all keys that begin with `prefix`, or `undefined` if there is
 * none.
 */
function afterAll(prefix: string): string | undefined {
  const chars = Array.from(prefix)
  // The largest character has no successor, so remove it and increment the one before.
  while (chars.at(-1) === '\u{10FFFF}') chars.pop()
  const point = chars.pop()?.codePointAt(0)
  if (point === undefined) return undefined
  // Skip the surrogates, which are not characters.
  const next = point === 0xd7_ff ? 0xe0_00 : point + 1
  return chars.join('') + String.fromCodePoint(next)
}
