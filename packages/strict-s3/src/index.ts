/**
 * An S3 server for development and tests that rejects every request that AWS rejects.
 *
 * @module
 */

export type { LocalCredentials, PagesFrom } from './auth/identity.ts'
export type { CorsMethod, CorsRule } from './cors/cors-rule.ts'
export type { ActiveFault, FaultRule } from './faults/fault-rules.ts'
export type { Log, LogEntry, RequestEntry, WarningEntry } from './http/log.ts'
export type {
  ObjectCreatedEvent,
  ObjectCreatedListener,
  ObjectCreatedReason,
} from './notifications/event-bridge.ts'
export {
  type BucketOptions,
  type StrictS3,
  type StrictS3Options,
  startStrictS3,
} from './start-strict-s3.ts'
