/**
 * `strict-s3` – an S3 for development and tests that refuses what AWS refuses.
 *
 * @module
 */

export type { PagesFrom } from './access/pages-from.ts'
export type { LocalCredentials } from './auth/identity.ts'
export type { CorsMethod, CorsRule } from './cors/cors-rule.ts'
export type { Log, LogEntry, RequestEntry, WarningEntry } from './http/log.ts'
export type {
  ObjectCreatedEvent,
  ObjectCreatedListener,
  ObjectCreatedReason,
} from './object-created-event.ts'
export {
  type BucketOptions,
  type StrictS3,
  type StrictS3Options,
  startStrictS3,
} from './start-strict-s3.ts'
