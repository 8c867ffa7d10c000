/**
 * The prefix of a signer's object keys. You can restrict its credentials to the prefix, and several
 * signers can share a bucket.
 *
 * @module
 */

import { objectKey } from 'waybill-s3'

/** Leaves room for the part of the key that a rule chooses. */
const MAX_PREFIX_BYTES = 512

/**
 * Checks the `prefix` option.
 *
 * @throws {TypeError} When object keys cannot begin with it.
 */
export function readPrefix(prefix: string = ''): string {
  if (typeof prefix !== 'string') {
    throw new TypeError(`prefix is ${typeof prefix}, expected a string such as 'uploads/'`)
  }
  const { length } = new TextEncoder().encode(prefix)
  if (length > MAX_PREFIX_BYTES) {
    throw new TypeError(`prefix is ${length} bytes, expected at most ${MAX_PREFIX_BYTES}`)
  }
  try {
    objectKey(`${prefix}x`)
  } catch (cause) {
    throw new TypeError(`prefix is '${prefix}', expected a prefix of object keys`, { cause })
  }
  return prefix
}

/** Adds the prefix to a key unless the key already has it. */
export function withPrefix(prefix: string, key: string): string {
  return key.startsWith(prefix) ? key : `${prefix}${key}`
}
