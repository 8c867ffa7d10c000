/**
 * The event for a created object: S3's `Object Created` of EventBridge, which is not the
 * notification (`Records`) that S3 sends to queues and functions by itself.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 * @module
 */

import { randomUUID } from 'node:crypto'
import type { Bucket } from '../../buckets/bucket.ts'
import { bucketArn } from '../../buckets/bucket-arn.ts'
import type { ObjectRecord } from '../../storage/records.ts'
import { ACCOUNT_ID } from '../../message/account.ts'
import type { ObjectCreatedEvent, ObjectCreatedReason } from '../../object-created-event.ts'
import type { Call } from '../call.ts'

/** Makes the event for a created object, as EventBridge delivers it. */
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
    resources: [bucketArn(service.region, bucket.name)],
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
