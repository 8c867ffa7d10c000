import { checkMembers, readRecord, show, typeError } from './json-value.ts'
import { parseSize, type Size } from './size.ts'

/** How much each owner can upload per period. At least one of the two limits is required. */
export interface Quota {
  /**
   * Number of files.
   * @default - no limit
   */
  readonly files?: number
  /**
   * Total file size, in bytes or as `'1 GB'`. Must be at least the rule's `maxSize`.
   * @default - no limit
   */
  readonly size?: Size
  /** Periods start at the beginning of an hour, day or month in UTC. */
  readonly every: QuotaPeriod
}

/** Length of a quota period. */
export type QuotaPeriod = 'hour' | 'day' | 'month'

/** A validated quota. */
export interface CheckedQuota {
  readonly files?: number
  /** In bytes. */
  readonly size?: number
  readonly every: QuotaPeriod
}

const MEMBERS = ['files', 'size', 'every']

/**
 * @param at - Name of the quota in error messages, such as `rules.photos.quota`.
 * @param maxSize - The rule's `maxSize` in bytes.
 * @throws {TypeError | RangeError} If the quota is invalid, or smaller than the largest allowed
 *   file.
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
    throw typeError(`${at} is ${show(value)}, expected bytes or a string such as '1 GB'`)
  }
  const size = parseSize(value, at)
  if (size >= 1 && size >= maxSize) return size
  throw new RangeError(
    `${at} is ${size} bytes, less than maxSize ${maxSize}: a file of that size could never be uploaded`,
  )
}

function readPeriod(at: string, value: unknown): QuotaPeriod {
  if (value === 'hour' || value === 'day' || value === 'month') return value
  throw typeError(`${at} is ${show(value)}, expected 'hour', 'day' or 'month'`)
}
