/**
 * Limits for one caller. `authorize` returns them as `only`, and upload tokens contain them.
 *
 * @module
 */

import { objectKey } from 'waybill-s3'
import { isTypePattern } from './content-type.ts'
import {
  checkMembers,
  isPlain,
  readBase64,
  readList,
  readRecord,
  readText,
  show,
  typeError,
} from './json-value.ts'
import { FILE_LIMITS, MAX_RULE_NAME_LENGTH } from './message-limits.ts'
import { parseSize, type Size } from './size.ts'

/** Limits for one caller. Each property can only narrow what a rule allows. */
export interface UploadLimits {
  /** The names of the rules that the caller may use. Checked on every call. */
  readonly rules?: readonly string[] | undefined
  /** Maximum file size, in bytes or as `'100 MiB'`. */
  readonly maxSize?: Size | undefined
  /** Content types, as in a rule. A file's type must also be one of the rule's. */
  readonly types?: readonly string[] | undefined
  /** Inserted into object keys, between the signer's prefix and the key that the rule chooses. */
  readonly keyPrefix?: string | undefined
  /**
   * The only file that the caller may upload: its SHA-256 in base64. S3 checks it, so the file is
   * sent in one request, which limits its size to 5 GiB.
   */
  readonly sha256?: string | undefined
  /** The only file name that the caller may use. */
  readonly name?: string | undefined
}

/** Validated limits, with the size in bytes. */
export interface CheckedLimits {
  readonly rules?: readonly string[]
  readonly maxSize?: number
  readonly types?: readonly string[]
  readonly keyPrefix?: string
  readonly sha256?: string
  readonly name?: string
}

/** In characters. Leaves room for the signer's prefix and the key that the rule chooses. */
const MAX_KEY_PREFIX_LENGTH = 256

type Readers = {
  readonly [Member in keyof CheckedLimits]-?: (value: unknown, at: string) => CheckedLimits[Member]
}

const READERS: Readers = {
  rules: (value, at) =>
    readList(value, at, typeError).map((name, index) =>
      readText(name, `${at}[${index}]`, { max: MAX_RULE_NAME_LENGTH }, typeError),
    ),
  maxSize: (value, at) => {
    if (typeof value === 'number' || typeof value === 'string') return parseSize(value, at)
    throw typeError(`${at} is ${show(value)}, expected bytes or a string such as '100 MiB'`)
  },
  types: (value, at) => {
    const types = readList(value, at, typeError)
    if (types.every(isTypePattern)) return types
    throw typeError(`${at} are not all content types such as 'video/mp4' or 'image/*'`)
  },
  keyPrefix: readKeyPrefix,
  sha256: (value, at) => readBase64(value, at, 32, typeError),
  name: (value, at) => readText(value, at, { max: FILE_LIMITS.nameLength }, typeError),
}

/**
 * @param at - What the limits are called in error messages, such as `only`.
 * @param spell - Spells the name of a property as it is in `value`.
 * @throws {TypeError | RangeError} If a property is unknown or invalid. The message names it.
 */
export function readLimits(
  value: unknown,
  at: string,
  spell = (member: string) => member,
): CheckedLimits {
  const record = readRecord(value, at, typeError)
  // It has no unknown property, but no limits either.
  if (!isPlain(record)) {
    throw typeError(`${at} is a promise, map or other instance, expected a plain object`)
  }
  checkMembers(record, at, Object.keys(READERS).map(spell))
  const checked = Object.entries(READERS).flatMap(([member, read]) => {
    const name = spell(member)
    return record[name] === undefined ? [] : [[member, read(record[name], `${at}.${name}`)]]
  })
  // Each property comes from its own reader.
  return Object.fromEntries(checked) as CheckedLimits
}

function readKeyPrefix(value: unknown, at: string): string {
  const text = readText(value, at, { min: 0, max: MAX_KEY_PREFIX_LENGTH }, typeError)
  try {
    if (text !== '') objectKey(text.endsWith('/') ? `${text}x` : text)
  } catch {
    throw typeError(`${at} is ${show(text)}, expected a prefix of object keys`)
  }
  return text
}
