/**
 * The event that S3 sends to EventBridge when an object has been created.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 * @module
 */

import { randomUUID } from 'node:crypto'
import type { Bucket } from '../../buckets/bucket.ts'
import type { ObjectRecord } from '../../buckets/records.ts'
import { ACCOUNT_ID } from '../../http/answer.ts'
import type { Call } from '../call.ts'

export interface ObjectCreatedEvent {
  readonly version: '0'
  readonly id: string
  readonly 'detail-type': 'Object Created'
  readonly source: 'aws.s3'
  readonly account: string
  /** `2026-01-31T12:00:00Z` */
  readonly time: string
  readonly region: string
  /** The bucket's ARN. */
  readonly resources: readonly [string]
  readonly detail: {
    readonly version: '0'
    readonly bucket: { readonly name: string }
    readonly object: {
      /** Not URL-encoded, unlike in notifications to SQS or Lambda. */
      readonly key: string
      /** Bytes. */
      readonly size: number
      /** Without quotes. */
      readonly etag: string
      readonly 'version-id'?: string
      /** Hexadecimal; compare two of one key as strings to order them. */
      readonly sequencer: string
    }
    readonly 'request-id': string
    readonly requester: string
    readonly 'source-ip-address': string
    readonly reason: ObjectCreatedReason
  }
}

export type ObjectCreatedReason =
  | 'PutObject'
  | 'POST Object'
  | 'CopyObject'
  | 'CompleteMultipartUpload'

export type ObjectCreatedListener = (event: ObjectCreatedEvent) => void

export function objectCreated(
  { request, service }: Pick<Call, 'request' | 'service'>,
  bucket: Bucket,
  record: ObjectRecord,
  reason: ObjectCreatedReason,
): ObjectCreatedEvent {
  const version = record.versionId === 'null' ? {} : { 'version-id': record.versionId }
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: ACCOUNT_ID,
    time: new Date(record.lastModifiedMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    region: service.region,
    resources: [`arn:aws:s3:::${bucket.name}`],
    detail: {
      version: '0',
      bucket: { name: bucket.name },
      object: {
        key: record.key,
        size: record.size,
        etag: record.etag,
        ...version,
        sequencer: record.sequence.toString(16).toUpperCase().padStart(18, '0'),
      },
      'request-id': request.id,
      requester: ACCOUNT_ID,
      'source-ip-address': request.sourceAddress,
      reason,
    },
  }
}
