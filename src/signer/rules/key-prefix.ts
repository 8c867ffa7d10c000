/**
 * Where the keys of a signer's objects begin: its credentials may reach no others, and several signers can share a
 * bucket, each with its prefix.
 *
 * @module
 */

import { objectKey } from '../../s3/index.ts'

/** Leaves room in a key for what a rule chooses. */
const MAX_PREFIX_BYTES = 512

/**
 * Checks the option `prefix`.
 *
 * @throws {TypeError} When no object key can begin so.
 */
export function readPrefix(prefix: string = ''): string {
  if (typeof prefix !== 'string') {
    throw new TypeError(`prefix is ${typeof prefix}, expected text such as 'uploads/'`)
  }
  const { length } = new TextEncoder().encode(prefix)
  if (length > MAX_PREFIX_BYTES) {
    throw new TypeError(`prefix is ${length} bytes, expected at most ${MAX_PREFIX_BYTES}`)
  }
  try {
    objectKey(`${prefix}x`)
  } catch (cause) {
    throw new TypeError(`prefix is '${prefix}', expected the beginning of object keys`, { cause })
  }
  return prefix
}

/** Puts the prefix before a key that a rule has chosen, unless the rule has put it there itself. */
export function withPrefix(prefix: string, key: string): string {
  return key.startsWith(prefix) ? key : `${prefix}${key}`
}
