/**
 * `waybill/local-s3` – an S3 for development and tests that refuses what AWS refuses.
 *
 * @module
 */

export type { CorsMethod, CorsRule } from './cors-rule.ts'
export type { LocalCredentials } from './identity.ts'
export { type BucketOptions, type LocalS3, type LocalS3Options, startLocalS3 } from './local-s3.ts'
export type { Log, LogEntry, RequestEntry, WarningEntry } from './log.ts'
export type {
  ObjectCreatedEvent,
  ObjectCreatedListener,
  ObjectCreatedReason,
} from './object-created.ts'
