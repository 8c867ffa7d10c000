/**
 * The prefix of a signer's object keys. Its credentials can be limited to the prefix, and several
 * signers can share a bucket.
 *
 * @module
 */

import { objectKey } from 'waybill-s3'

/** Leaves room for the part of a key that a rule chooses. */
const MAX_PREFIX_BYTES = 512

/**
 * Checks the option `prefix`.
 *
 * @throws {TypeError} When object keys cannot begin with it.
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

/** Puts the prefix before a key, unless the key has it already. */
export function withPrefix(prefix: string, key: string): string {
  return key.startsWith(prefix) ? key : `${prefix}${key}`
}
