/**
 * `quota` of a rule: how much each owner may be granted in an hour, a day or a month.
 *
 * @module
 */

import { checkMembers, readRecord, show, typeError } from './json-value.ts'
import { parseSize, type Size } from './size.ts'

/** How much each owner may be granted in a window of time. At least one of the limits is there. */
export interface Quota {
  /** @default any number of files */
  readonly files?: number
  /**
   * All files together, in bytes or as `'1 GB'`; at least the rule's `maxSize`.
   * @default any size
   */
  readonly size?: Size
  /** Windows begin with the hour, the day or the month in UTC. */
  readonly every: QuotaPeriod
}

/** How long a window is. */
export type QuotaPeriod = 'hour' | 'day' | 'month'

/** A quota that has been checked: its size in bytes. */
export interface CheckedQuota {
  readonly files?: number
  /** Bytes. */
  readonly size?: number
  readonly every: QuotaPeriod
}

const MEMBERS = ['files', 'size', 'every']

/**
 * Checks the quota of a rule.
 *
 * @param at - What to call it in an error, for example `rules.photos.quota`.
 * @param maxSize - The rule's, in bytes.
 * @throws {TypeError | RangeError} When it is not valid, or a file of the rule could never be
 *   granted.
 */
export function readQuota(at: string, value: unknown, maxSize: number): CheckedQuota {
  const quota = readRecord(value, at, typeError)
  checkMembers(quota, at, MEMBERS)
  const { files, size, every } = quota
  if (files === undefined && size === undefined) {
    throw typeError(`${at} has neither files nor size, expected at least one of them`)
  }
  return {
    ...(files === undefined ? {} : { files: readFiles(`${at}.files`, files) }),
    ...(size === undefined ? {} : { size: readTotal(`${at}.size`, size, maxSize) }),
    every: readPeriod(`${at}.every`, every),
  }
}

function readFiles(at: string, value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value
  throw new RangeError(`${at} is ${show(value)}, expected a whole number from 1`)
}

function readTotal(at: string, value: unknown, maxSize: number): number {
  if (typeof value !== 'number' && typeof value !== 'string') {
    throw typeError(`${at} is ${show(value)}, expected bytes or a text such as '1 GB'`)
  }
  const size = parseSize(value, at)
  if (size >= 1 && size >= maxSize) return size
  throw new RangeError(
    `${at} is ${size} bytes, less than maxSize ${maxSize}: a file of that size could never be granted`,
  )
}

function readPeriod(at: string, value: unknown): QuotaPeriod {
  if (value === 'hour' || value === 'day' || value === 'month') return value
  throw typeError(`${at} is ${show(value)}, expected 'hour', 'day' or 'month'`)
}
