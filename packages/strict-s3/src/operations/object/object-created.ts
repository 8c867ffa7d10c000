/**
 * The `Object Created` event that S3 sends to EventBridge. It differs from the notifications
 * (`Records`) that S3 sends directly to queues and functions.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 * @module
 */

import { randomUUID } from 'node:crypto'
import { ACCOUNT_ID, bucketArn } from '../../message/account.ts'
import type { S3Request } from '../../message/request.ts'
import type { ObjectRecord } from '../../storage/records.ts'

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

export function objectCreated(
  region: string,
  { id, bucket = '', sourceAddress }: S3Request,
  { key, size, etag, versionId, sequence, lastModifiedMs }: ObjectRecord,
  reason: ObjectCreatedReason,
): ObjectCreatedEvent {
  const version = versionId === 'null' ? {} : { 'version-id': versionId }
  const sequencer = sequence.toString(16).toUpperCase().padStart(18, '0')
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: ACCOUNT_ID,
    time: new Date(lastModifiedMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: [bucketArn(region, bucket)],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, size, etag, ...version, sequencer },
      'request-id': id,
      requester: ACCOUNT_ID,
      'source-ip-address': sourceAddress,
      reason,
    },
  }
}
