import { declaredType, secondsSince } from '../events/report-event.ts'
import type { VerdictEvent } from '../protocol/signer-event.ts'
import type { Comparison } from './compare-object.ts'
import type { Decided } from './verdict.ts'

export function verdictEvent(now: Date, verdict: Decided, { waybill }: Comparison): VerdictEvent {
  const { key, size, type, etag, rule, owner, versionId } = verdict
  return {
    type: 'verdict',
    at: now,
    verdict: verdict.verdict,
    key,
    size,
    etag,
    ...declaredType(type),
    ...('reason' in verdict ? { reason: verdict.reason } : {}),
    ...(versionId === undefined ? {} : { versionId }),
    ...(rule === undefined ? {} : { rule }),
    ...(owner === undefined ? {} : { owner }),
    ...secondsSince(waybill?.grantedAt, now),
  }
}
