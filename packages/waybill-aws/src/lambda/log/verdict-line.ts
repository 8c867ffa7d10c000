import type { Verdict } from 'waybill/arrival'
import type { Judgement } from 'waybill/internal/arrival'
import { countedOnce } from './call-metrics.ts'
import { embeddedMetrics, type MetricsPlace } from './embedded-metrics.ts'
import { type Counted, countedOf } from './outcome.ts'

/**
 * Formats the log line for an object: the event for an audit trail, its metrics, and a sentence
 * with the reason.
 */
export function verdictLine(place: MetricsPlace, { verdict, event }: Judgement, now: Date): string {
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
