import {
  type JsonRecord,
  readInteger,
  readList,
  readRecord,
  readText,
  withCode,
} from '../../protocol/json-value.ts'
import type { QuotaHints, QuotaRemaining, RuleHints } from '../../protocol/messages.ts'
import type { QuotaPeriod } from '../../protocol/quota.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { warn } from '../send/load-failure-handling.ts'
import type { SharedCalls } from './shared-calls.ts'

/** Maximum lengths, in characters, of a content type and of a rule's `accept` list. */
const MAX_TEXT = 255
const MAX_ACCEPT = 65_536

const failure = withCode('RESPONSE_INVALID')

const asking = new WeakMap<SharedCalls, Promise<Readonly<Record<string, RuleHints>>>>()

/** Concurrent calls share one request. Later calls may be answered from the browser's cache. */
export function askRules(calls: SharedCalls): Promise<Readonly<Record<string, RuleHints>>> {
  const { signal } = new AbortController()
  const asked =
    asking.get(calls) ??
    calls
      .ask('/rules', undefined, { signal })
      .then(parseRules)
      .catch((error: unknown) => {
        if (error instanceof UploadError) warn(error)
        throw error
      })
      .finally(() => asking.delete(calls))
  asking.set(calls, asked)
  return asked
}

/** Ignores unknown properties, which later protocol versions may add. */
function parseRules(body: unknown): Readonly<Record<string, RuleHints>> {
  const { rules } = readRecord(body, 'response', failure)
  const parsed = Object.entries(readRecord(rules, 'rules', failure)).map(
    ([name, rule]) => [name, parseHints(`rules.${name}`, rule)] as const,
  )
  return Object.freeze(Object.fromEntries(parsed))
}

function parseHints(at: string, value: unknown): RuleHints {
  const rule = readRecord(value, at, failure)
  const types = readList(rule.types, `${at}.types`, failure).map((type) =>
    readText(type, `${at}.types`, { max: MAX_TEXT }, failure),
  )
  const size = (name: 'maxSize' | 'minSize') =>
    readInteger(rule[name], `${at}.${name}`, { min: 0 }, failure)
  const quota = rule.quota === undefined ? undefined : parseQuota(`${at}.quota`, rule.quota)
  return Object.freeze({
    types: Object.freeze(types),
    accept: readText(rule.accept, `${at}.accept`, { min: 0, max: MAX_ACCEPT }, failure),
    maxSize: size('maxSize'),
    minSize: size('minSize'),
    read: rule.read === true,
    remove: rule.remove === true,
    ...(quota ? { quota } : {}),
  })
}

/** @returns `undefined` for an unknown period, which a later protocol version may add. */
function parseQuota(at: string, value: unknown): QuotaHints | undefined {
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
  // Pages display this string, so accept only the `toISOString` format.
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
