/**
 * The `verdict` events of arrival.
 *
 * @module
 */

import { declaredType } from '../signer/context/report-refusal.ts'
import { secondsSince, type TellEvent } from '../signer/context/report-event.ts'
import type { Judgement } from './compare-object.ts'
import type { NotScanned, Rejected, Verified } from './verdict.ts'

/** Tells `onEvent` of a verdict; without `tell` nothing happens. */
export function tellVerdict(
  tell: TellEvent | undefined,
  now: Date,
  verdict: Verified | Rejected | NotScanned,
  { waybill }: Judgement,
): void {
  const { key, size, type, etag, rule, owner, versionId } = verdict
  tell?.({
    type: 'verdict',
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
  })
}
