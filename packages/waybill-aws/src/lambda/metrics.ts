/**
 * Counts events, and writes them as log lines in CloudWatch's embedded metric format. CloudWatch
 * extracts the metrics from the log, so the function needs no extra calls or permissions.
 *
 * Each combination of dimension values is a metric that costs money. The values are therefore
 * limited to rule names, outcomes and a fixed set of reasons. Owners, keys, file names and anything
 * else that a caller can choose are never used.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * @module
 */

import type { SignerEvent } from 'waybill'
import type { Verdict } from 'waybill/arrival'
import type { Judgment } from 'waybill/internal/arrival'

interface CallMetrics {
  count(event: SignerEvent): void
  write(): void
}

interface Counting extends CountedEvents {
  count: number
  readonly bytes: number[]
  readonly completionTimes: number[]
}

interface CallMetricsOptions extends MetricsPlace {
  readonly log: (line: string) => void
  readonly now: () => Date
}

/**
 * Counts the events of a signer call. They are written when the call ends, and those with the same
 * rule, outcome and reason share a line. Events reported after a call has ended are written with
 * the next call's events.
 */
export function callMetrics({ log, now, ...place }: CallMetricsOptions): CallMetrics {
  const counted = new Map<string, Counting>()
  const writeOne = (events: CountedEvents) => {
    log(JSON.stringify(embeddedMetrics(place, events, now())))
  }
  return {
    count: (event) => {
      const one = countedOf(event)
      if (!one) return
      const name = `${one.outcome} ${one.rule} ${one.reason}`
      const events = counted.get(name) ?? none(one)
      add(events, one)
      counted.set(name, events)
      if (events.count < MAX_VALUES) return
      counted.delete(name)
      writeOne(events)
    },
    write: () => {
      const all = [...counted.values()]
      counted.clear()
      for (const events of all) writeOne(events)
    },
  }
}

function countedOnce(one: Counted): CountedEvents {
  const events = none(one)
  add(events, one)
  return events
}

function none({ outcome, rule, reason }: Counted): Counting {
  return { outcome, rule, reason, count: 0, bytes: [], completionTimes: [] }
}

function add(events: Counting, { bytes, completionTime }: Counted): void {
  events.count += 1
  if (bytes !== undefined) events.bytes.push(bytes)
  if (completionTime !== undefined) events.completionTimes.push(completionTime)
}

/**
 * Formats the log line for an object: the event for an audit trail, its metrics, and a sentence
 * with the reason.
 */
export function verdictLine(place: MetricsPlace, { verdict, event }: Judgment, now: Date): string {
  const { key } = verdict
  const counted = event ? countedOf(event) : countedSkip(verdict)
  const reason = 'reason' in verdict ? { reason: verdict.reason } : {}
  const message = 'message' in verdict ? { message: verdict.message } : {}
  return JSON.stringify({
    ...(counted && embeddedMetrics(place, countedOnce(counted), now)),
    ...event,
    verdict: verdict.verdict,
    key,
    ...reason,
    ...message,
  })
}

/** A removed object no longer waits for a verdict. */
function countedSkip(verdict: Verdict): Counted | undefined {
  const isGone = verdict.verdict === 'skipped' && verdict.reason === 'gone'
  return isGone ? { outcome: 'gone', rule: undefined } : undefined
}

/**
 * `failed` means that the signer or S3 failed, and `refused` that the caller's request was
 * rejected. `gone` is an object that was removed before its verdict.
 */
export type Outcome =
  | 'granted'
  | 'completed'
  | 'refused'
  | 'failed'
  | 'verified'
  | 'rejected'
  | 'not-scanned'
  | 'gone'

export interface Counted {
  readonly outcome: Outcome
  /** `undefined` if the rule is unknown. */
  readonly rule: string | undefined
  readonly reason?: string | undefined
  /** Set only for verified objects. */
  readonly bytes?: number | undefined
  /** Seconds from the grant to the completion. */
  readonly completionTime?: number | undefined
}

/** GuardDuty's result codes. An application's own scanner can report any text. */
const SCAN_RESULTS: ReadonlySet<string | undefined> = new Set([
  'ACCESS_DENIED',
  'FAILED',
  'UNSUPPORTED',
])

/** @returns `undefined` if the event is not counted. */
export function countedOf(event: SignerEvent): Counted | undefined {
  const { rule } = event
  switch (event.type) {
    case 'grant':
      return { outcome: 'granted', rule }
    case 'completion':
      return { outcome: 'completed', rule, completionTime: event.secondsSinceGrant }
    case 'refusal':
      return { outcome: event.status >= 500 ? 'failed' : 'refused', rule, reason: event.code }
    case 'verdict': {
      const { verdict, reason, size } = event
      if (verdict === 'verified') return { outcome: verdict, rule, bytes: size }
      // The scan has no result yet.
      if (reason === 'AWAITED') return undefined
      const known = verdict !== 'not-scanned' || SCAN_RESULTS.has(reason)
      return { outcome: verdict, rule, reason: known ? reason : 'OTHER' }
    }
    default:
      return undefined
  }
}

/** With `alarms`, only the metrics that alarms watch are written. */
type MetricsLevel = 'all' | 'alarms'

export interface MetricsPlace {
  readonly bucket: string
  readonly prefix: string
  readonly level: MetricsLevel
}

/** Up to `MAX_VALUES` events with the same outcome, rule and reason. */
export interface CountedEvents extends Pick<Counted, 'outcome' | 'rule' | 'reason'> {
  readonly count: number
  readonly bytes: readonly number[]
  readonly completionTimes: readonly number[]
}

/** The format's maximum number of values per metric in one line. */
export const MAX_VALUES = 100

/** Several constructs can share a bucket, each with a different prefix. */
const PLACE = ['Bucket', 'Prefix']

/** Used if the rule is unknown. No rule can have this name. */
const NO_RULE = '(none)'

/**
 * The values that each outcome adds to the metrics that alarms watch. Bucket and prefix are
 * their only dimensions.
 *
 * The average of zeros and ones is a proportion, so an alarm needs only one metric. A second
 * metric might never have been written. The sum of `AwaitingVerdict` is the number of completed
 * uploads without a verdict.
 */
const WATCHED: Readonly<Record<Outcome, Readonly<Record<string, number>>>> = {
  granted: { Failed: 0 },
  completed: { Failed: 0, AwaitingVerdict: 1 },
  refused: { Failed: 0 },
  failed: { Failed: 1 },
  verified: { Rejected: 0, AwaitingVerdict: -1 },
  rejected: { Rejected: 1, AwaitingVerdict: -1 },
  // This does not count as `Rejected: 0`, because `NotScanned` has its own alarm.
  'not-scanned': { NotScanned: 1, AwaitingVerdict: -1 },
  gone: { AwaitingVerdict: -1 },
}

export function embeddedMetrics(
  { bucket, prefix, level }: MetricsPlace,
  events: CountedEvents,
  now: Date,
): Readonly<Record<string, unknown>> {
  const { outcome, rule = NO_RULE, reason, count } = events
  const watched = Object.fromEntries(
    Object.entries(WATCHED[outcome]).map(([name, value]) => [name, Array(count).fill(value)]),
  )
  const line = (directives: readonly object[], members: object) => ({
    _aws: {
      Timestamp: now.getTime(),
      CloudWatchMetrics: [directive([PLACE], watched), ...directives],
    },
    Bucket: bucket,
    // CloudWatch rejects an empty value.
    Prefix: `/${prefix}`,
    ...members,
    ...watched,
  })
  if (level === 'alarms' || outcome === 'gone') return line([], {})
  const byRule = metricsByRule(events)
  const hasReason = reason !== undefined
  const dimensions = [
    [...PLACE, 'Rule', 'Outcome'],
    ...(hasReason ? [[...PLACE, 'Outcome', 'Reason']] : []),
  ]
  const names = { Rule: rule, Outcome: outcome, ...(hasReason ? { Reason: reason } : {}) }
  return line([directive(dimensions, byRule)], { ...names, ...byRule })
}

const UNITS: Readonly<Record<string, string>> = { Bytes: 'Bytes', CompletionTime: 'Seconds' }

function metricsByRule({ count, bytes, completionTimes }: CountedEvents) {
  return {
    Uploads: count,
    ...(bytes.length > 0 ? { Bytes: bytes } : {}),
    ...(completionTimes.length > 0 ? { CompletionTime: completionTimes } : {}),
  }
}

function directive(dimensions: readonly string[][], metrics: object) {
  const named = Object.keys(metrics).map((name) => ({ Name: name, Unit: UNITS[name] ?? 'Count' }))
  return { Namespace: 'Waybill', Dimensions: dimensions, Metrics: named }
}

const STDOUT = 1

/**
 * Writes one line to standard output, which Lambda stores in the function's log.
 *
 * `console.log` would add a time and a request id, and CloudWatch would then find no metrics in the
 * line. `process.stdout` and an ESM import of `node:fs` would load Node's streams, which slows down
 * a cold start.
 */
export function writeLine(line: string): void {
  process.getBuiltinModule('node:fs').writeSync(STDOUT, `${line}\n`)
}
