/**
 * The messages that S3 sends to queues, topics and functions.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 * @module
 */

import { bucketArn, OWNER_ID } from '../message/account.ts'
import type { S3Request } from '../message/request.ts'
import { commonHeaders } from '../message/response.ts'
import { LIFECYCLE, type ObjectChange, sequencerOf } from './object-change.ts'

/**
 * @param configurationId - The id of the configuration that subscribes to the event.
 * @see https://github.com/localstack/localstack – `test_s3_notifications_sqs.py`, recorded on AWS
 */
export function eventMessage(
  region: string,
  change: ObjectChange,
  configurationId: string,
  time: Date,
): object {
  const { event, bucket, cause } = change
  const record = {
    eventVersion: /^Object(?:Created|Removed)/.test(event) ? '2.1' : '2.3',
    eventSource: 'aws:s3',
    awsRegion: region,
    eventTime: time.toISOString(),
    eventName: event,
    userIdentity: { principalId: principalOf(change) },
    requestParameters: { sourceIPAddress: cause?.request.sourceAddress ?? LIFECYCLE },
    responseElements: cause ? requestIds(cause.request) : {},
    s3: {
      s3SchemaVersion: '1.0',
      configurationId,
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: OWNER_ID },
        arn: bucketArn(region, bucket.name),
      },
      object: objectOf(change),
    },
  }
  return { Records: [record] }
}

function principalOf({ cause }: ObjectChange): string {
  if (!cause) return LIFECYCLE
  const { credentials } = cause.identity
  return credentials ? `AWS:${credentials.accessKeyId}` : 'Anonymous'
}

function requestIds({ id }: S3Request) {
  const { 'x-amz-request-id': requestId, 'x-amz-id-2': hostId } = commonHeaders(id)
  return { 'x-amz-request-id': requestId, 'x-amz-id-2': hostId }
}

function objectOf({ key, size, etag, versionId, sequence }: ObjectChange) {
  return {
    key: encodedKey(key),
    ...(size === undefined ? {} : { size }),
    ...(etag === undefined ? {} : { eTag: etag }),
    ...(versionId === undefined ? {} : { versionId }),
    ...(sequence === undefined ? {} : { sequencer: sequencerOf(sequence) }),
  }
}

/** Encodes a key as in a form, except for slashes: `a b/c@d` becomes `a+b/c%40d`. */
function encodedKey(key: string): string {
  return new URLSearchParams([['', key]]).toString().slice(1).replaceAll('%2F', '/')
}

/** The message that S3 sends when a destination is configured. */
export function testMessage(bucket: string, request: S3Request, time: Date): object {
  const ids = requestIds(request)
  return {
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: time.toISOString(),
    Bucket: bucket,
    RequestId: ids['x-amz-request-id'],
    HostId: ids['x-amz-id-2'],
  }
}
