/**
 * Which events of a bucket go to which queues, topics and functions.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
 * @module
 */

/** S3's names of the events that this server has, without `s3:`. */
export type ObjectEvent =
  | 'LifecycleExpiration:Delete'
  | 'LifecycleExpiration:DeleteMarkerCreated'
  | 'ObjectCreated:CompleteMultipartUpload'
  | 'ObjectCreated:Copy'
  | 'ObjectCreated:Post'
  | 'ObjectCreated:Put'
  | 'ObjectRemoved:Delete'
  | 'ObjectRemoved:DeleteMarkerCreated'
  | 'ObjectTagging:Delete'
  | 'ObjectTagging:Put'

export type TargetKind = 'CloudFunction' | 'Queue' | 'Topic'

export interface NotificationTarget {
  readonly kind: TargetKind
  readonly id: string
  readonly arn: string
  /** For example `s3:ObjectCreated:*`. */
  readonly events: readonly string[]
  /** URL-encoded, as S3 expects them. */
  readonly prefix?: string
  readonly suffix?: string
}

export interface NotificationConfiguration {
  readonly targets: readonly NotificationTarget[]
  readonly eventBridge: boolean
}

/** All of S3's event types, also those that never occur on this server. */
export const EVENT_TYPES: ReadonlySet<string> = new Set(
  `ReducedRedundancyLostObject
  ObjectCreated:* ObjectCreated:Put ObjectCreated:Post ObjectCreated:Copy ObjectCreated:CompleteMultipartUpload
  ObjectRemoved:* ObjectRemoved:Delete ObjectRemoved:DeleteMarkerCreated
  ObjectRestore:* ObjectRestore:Post ObjectRestore:Completed ObjectRestore:Delete
  Replication:* Replication:OperationFailedReplication Replication:OperationNotTracked
  Replication:OperationMissedThreshold Replication:OperationReplicatedAfterThreshold
  LifecycleTransition IntelligentTiering ObjectAcl:Put
  LifecycleExpiration:* LifecycleExpiration:Delete LifecycleExpiration:DeleteMarkerCreated
  ObjectTagging:* ObjectTagging:Put ObjectTagging:Delete`
    .split(/\s+/)
    .map((name) => `s3:${name}`),
)

export function wants(target: NotificationTarget, event: ObjectEvent, key: string): boolean {
  const { events, prefix = '', suffix = '' } = target
  return (
    events.some((type) => overlap(type, `s3:${event}`)) &&
    key.startsWith(decoded(prefix)) &&
    key.endsWith(decoded(suffix))
  )
}

/** Returns whether an event can have both types. */
function overlap(a: string, b: string): boolean {
  return a === b || isWithin(a, b) || isWithin(b, a)
}

function isWithin(type: string, pattern: string): boolean {
  return pattern.endsWith('*') && type.startsWith(pattern.slice(0, -1))
}

/** A filter that is not valid URL encoding is compared as it is. */
function decoded(filter: string): string {
  try {
    return decodeURIComponent(filter.replaceAll('+', ' '))
  } catch {
    return filter
  }
}

/** Returns whether an event could go to both targets, which S3 does not allow. */
export function areAmbiguous(a: NotificationTarget, b: NotificationTarget): boolean {
  return (
    a.events.some((type) => b.events.some((other) => overlap(type, other))) &&
    oneStartsWithOther(a.prefix, b.prefix) &&
    oneEndsWithOther(a.suffix, b.suffix)
  )
}

function oneStartsWithOther(a = '', b = ''): boolean {
  return a.startsWith(b) || b.startsWith(a)
}

function oneEndsWithOther(a = '', b = ''): boolean {
  return a.endsWith(b) || b.endsWith(a)
}
