import { objectKey } from 'waybill-s3'

/** Leaves room for the part of the key that a rule chooses. */
const MAX_PREFIX_BYTES = 512

/** @throws {TypeError} If the prefix cannot be the beginning of an object key. */
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

export function withPrefix(prefix: string, key: string): string {
  return key.startsWith(prefix) ? key : `${prefix}${key}`
}
