/**
 * The events that S3 sends to EventBridge. They differ from the notifications (`Records`) that S3
 * sends directly to queues, topics and functions.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 * @module
 */

import { randomUUID } from 'node:crypto'
import { ACCOUNT_ID, bucketArn } from '../message/account.ts'
import type { ObjectEvent } from './notification-configuration.ts'
import { LIFECYCLE, type ObjectChange, sequencerOf } from './object-change.ts'

/** An `Object Created` event as EventBridge delivers it. */
export interface ObjectCreatedEvent {
  readonly version: '0'
  readonly id: string
  readonly 'detail-type': 'Object Created'
  readonly source: 'aws.s3'
  readonly account: string
  /** ISO 8601 in whole seconds, for example `2026-01-31T12:00:00Z`. */
  readonly time: string
  readonly region: string
  /** The bucket's ARN. */
  readonly resources: readonly [string]
  readonly detail: {
    readonly version: '0'
    readonly bucket: { readonly name: string }
    readonly object: {
      /** Not URL-encoded, unlike the key in notifications to SQS or Lambda. */
      readonly key: string
      /** In bytes. */
      readonly size: number
      /** Without quotes. */
      readonly etag: string
      readonly 'version-id'?: string
      /** Hexadecimal. To order a key's events, compare their sequencers as strings. */
      readonly sequencer: string
    }
    readonly 'request-id': string
    readonly requester: string
    readonly 'source-ip-address': string
    readonly reason: ObjectCreatedReason
  }
}

/** The operation that created the object. */
export type ObjectCreatedReason =
  | 'PutObject'
  | 'POST Object'
  | 'CopyObject'
  | 'CompleteMultipartUpload'

/** Called for each created object. */
export type ObjectCreatedListener = (event: ObjectCreatedEvent) => void

const REASONS: Readonly<Partial<Record<ObjectEvent, ObjectCreatedReason>>> = {
  'ObjectCreated:CompleteMultipartUpload': 'CompleteMultipartUpload',
  'ObjectCreated:Copy': 'CopyObject',
  'ObjectCreated:Post': 'POST Object',
  'ObjectCreated:Put': 'PutObject',
}

/** @returns `undefined` unless an object was created. */
export function objectCreatedEvent(
  region: string,
  change: ObjectChange,
  time: Date,
): ObjectCreatedEvent | undefined {
  const reason = REASONS[change.event]
  const { size, etag, sequence, cause } = change
  if (!reason || !cause || size === undefined || etag === undefined || sequence === undefined) {
    return undefined
  }
  const { id, sourceAddress } = cause.request
  return {
    ...envelope(region, change, time),
    'detail-type': 'Object Created',
    detail: {
      version: '0',
      bucket: { name: change.bucket.name },
      object: {
        key: change.key,
        size,
        etag,
        ...versionOf(change),
        sequencer: sequencerOf(sequence),
      },
      'request-id': id,
      requester: ACCOUNT_ID,
      'source-ip-address': sourceAddress,
      reason,
    },
  }
}

/** Returns the event of any change. */
export function eventBridgeEvent(region: string, change: ObjectChange, time: Date): object {
  return objectCreatedEvent(region, change, time) ?? otherEvent(region, change, time)
}

const DETAIL_TYPES = {
  LifecycleExpiration: 'Object Deleted',
  ObjectCreated: 'Object Created',
  ObjectRemoved: 'Object Deleted',
  'ObjectTagging:Delete': 'Object Tags Deleted',
  'ObjectTagging:Put': 'Object Tags Added',
}

function otherEvent(region: string, change: ObjectChange, time: Date): object {
  const { event, key, etag, sequence, cause } = change
  const type = Object.entries(DETAIL_TYPES).find(([name]) => event.startsWith(name))?.[1]
  return {
    ...envelope(region, change, time),
    'detail-type': type,
    detail: {
      version: '0',
      bucket: { name: change.bucket.name },
      object: {
        key,
        ...(etag === undefined ? {} : { etag }),
        ...versionOf(change),
        ...(sequence === undefined ? {} : { sequencer: sequencerOf(sequence) }),
      },
      ...(cause
        ? {
            'request-id': cause.request.id,
            requester: ACCOUNT_ID,
            'source-ip-address': cause.request.sourceAddress,
          }
        : { requester: LIFECYCLE }),
      ...(type === 'Object Deleted'
        ? {
            reason: cause ? 'DeleteObject' : 'Lifecycle Expiration',
            'deletion-type': event.endsWith(':Delete')
              ? 'Permanently Deleted'
              : 'Delete Marker Created',
          }
        : {}),
    },
  }
}

function envelope(region: string, { bucket }: ObjectChange, time: Date) {
  return {
    version: '0',
    id: randomUUID(),
    source: 'aws.s3',
    account: ACCOUNT_ID,
    time: time.toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: [bucketArn(region, bucket.name)],
  } as const
}

function versionOf({ versionId }: ObjectChange): { 'version-id'?: string } {
  return versionId === undefined ? {} : { 'version-id': versionId }
}
