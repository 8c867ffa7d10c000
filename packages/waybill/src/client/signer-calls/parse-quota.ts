/**
 * Reads what the signer says of the quota of a rule.
 *
 * @module
 */

import { type JsonRecord, readInteger, readRecord, withCode } from '../../protocol/json-value.ts'
import type { QuotaPeriod } from '../../protocol/quota.ts'
import type { QuotaHints, QuotaRemaining } from '../../protocol/rule-hints.ts'

const failure = withCode('RESPONSE_INVALID')

/**
 * @returns Nothing where a later version has a period that is not known here.
 * @throws {UploadError} `RESPONSE_INVALID` when it is not of this protocol.
 */
export function parseQuota(at: string, value: unknown): QuotaHints | undefined {
  const quota = readRecord(value, at, failure)
  const { every, remaining } = quota
  if (!isPeriod(every)) return undefined
  return Object.freeze({
    ...amountOf(at, quota),
    every,
    ...(remaining === undefined ? {} : { remaining: parseRemaining(`${at}.remaining`, remaining) }),
  })
}

function parseRemaining(at: string, value: unknown): QuotaRemaining {
  const remaining = readRecord(value, at, failure)
  const { until } = remaining
  // One form of date alone, as `Date` writes it: it is shown.
  const isDate = typeof until === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z$/.test(until)
  if (!isDate) throw failure(`${at}.until is not a date`)
  return Object.freeze({ ...amountOf(at, remaining), until })
}

function amountOf(at: string, record: JsonRecord): Pick<QuotaRemaining, 'files' | 'size'> {
  const { files, size } = record
  const read = (name: string, value: unknown) =>
    readInteger(value, `${at}.${name}`, { min: 0 }, failure)
  return {
    ...(files === undefined ? {} : { files: read('files', files) }),
    ...(size === undefined ? {} : { size: read('size', size) }),
  }
}

function isPeriod(value: unknown): value is QuotaPeriod {
  return value === 'hour' || value === 'day' || value === 'month'
}
