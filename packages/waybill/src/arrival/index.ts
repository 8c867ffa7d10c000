/**
 * `waybill/arrival` compares stored objects with their waybills, tags them and publishes verdicts.
 *
 * @module
 */

export type { RejectionReason } from '../protocol/verdict.ts'
export type { SendRequest } from '../storage/call-aws.ts'
export { checkContent } from './content-check.ts'
export { type Arrival, type ArrivalOptions, createArrival } from './create-arrival.ts'
export { type EventBusOptions, eventBus } from './event-bus.ts'
export {
  type JudgeArrivalsOptions,
  judgeArrivals,
  type LocalS3EventsOptions,
  localS3Events,
  type RunningArrivals,
} from './judge-arrivals.ts'
export type { ObjectToScan, ScanObject, ScanResult } from './malware-scan.ts'
export { type ArrivedObject, readObjectEvent } from './object-event.ts'
export type {
  NotScanned,
  PublishVerdict,
  Rejected,
  Rejection,
  Skipped,
  Verdict,
  Verified,
} from './verdict.ts'
