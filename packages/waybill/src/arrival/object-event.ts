/**
 * Reads events about stored objects in EventBridge's format. EventBridge does not URL-encode object
 * keys, unlike the older S3 notifications, which are not supported here.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 * @see
 *   https://docs.aws.amazon.com/guardduty/latest/ug/monitor-with-eventbridge-s3-malware-protection.html
 * @module
 */

import { type JsonRecord, readRecord, show } from '../protocol/json-value.ts'

/** A stored object, or one version of it. */
export interface ArrivedObject {
  readonly bucket: string
  readonly key: string
  /** Present in a bucket with versioning. */
  readonly versionId?: string
  /** Without quotes, as in EventBridge events. */
  readonly etag?: string
  /**
   * GuardDuty's result of a malware scan: `NO_THREATS_FOUND` or `THREATS_FOUND`. Any other value
   * means that the object was not scanned. The result applies to the bytes identified by
   * `versionId` or `etag`.
   */
  readonly scanResult?: string
}

/**
 * Reads the object from an EventBridge event: S3's `Object Created`, or GuardDuty's scan result.
 *
 * @param event - The event that EventBridge passes to its target.
 * @throws {TypeError} If it is any other event. The message says what was expected.
 * @example
 * ```ts
 * export const handler = async (event: unknown) => arrival.judge(readObjectEvent(event))
 * ```
 */
export function readObjectEvent(event: unknown): ArrivedObject {
  const { 'detail-type': detailType, detail } = record(event, 'event')
  if (detailType === 'Object Created') return readObjectCreated(record(detail, 'event.detail'))
  if (detailType === 'GuardDuty Malware Protection Object Scan Result') {
    return readScanResult(record(detail, 'event.detail'))
  }
  throw notAnEvent(`event.detail-type is ${show(detailType)}, expected 'Object Created'`)
}

function readObjectCreated(detail: JsonRecord): ArrivedObject {
  const object = record(detail.object, 'event.detail.object')
  return arrived(
    record(detail.bucket, 'event.detail.bucket').name,
    object.key,
    object['version-id'],
    object.etag,
  )
}

function readScanResult(detail: JsonRecord): ArrivedObject {
  const object = record(detail.s3ObjectDetails, 'event.detail.s3ObjectDetails')
  const result = record(detail.scanResultDetails, 'event.detail.scanResultDetails')
  return {
    ...arrived(object.bucketName, object.objectKey, object.versionId, object.eTag),
    scanResult: text(result.scanResultStatus, 'event.detail.scanResultDetails.scanResultStatus'),
  }
}

function arrived(bucket: unknown, key: unknown, versionId: unknown, etag: unknown): ArrivedObject {
  return {
    bucket: text(bucket, 'bucket name'),
    key: text(key, 'object key'),
    ...(typeof versionId === 'string' && versionId !== '' ? { versionId } : {}),
    ...(typeof etag === 'string' && etag !== '' ? { etag: etag.replaceAll('"', '') } : {}),
  }
}

function record(value: unknown, name: string): JsonRecord {
  return readRecord(value, name, notAnEvent)
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw notAnEvent(`${name} is ${show(value)}, expected a text`)
}

function notAnEvent(message: string): TypeError {
  return new TypeError(message)
}
