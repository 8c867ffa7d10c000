/**
 * The event that S3 sends to EventBridge when an object has been created.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 * @module
 */

/** An `Object Created` event, in the shape in which EventBridge delivers it. */
export interface ObjectCreatedEvent {
  readonly version: '0'
  readonly id: string
  readonly 'detail-type': 'Object Created'
  readonly source: 'aws.s3'
  readonly account: string
  /** For example `2026-01-31T12:00:00Z`. */
  readonly time: string
  readonly region: string
  /** The ARN of the bucket. */
  readonly resources: readonly [string]
  readonly detail: {
    readonly version: '0'
    readonly bucket: { readonly name: string }
    readonly object: {
      /** Not URL-encoded, unlike the key in notifications to SQS or Lambda. */
      readonly key: string
      /** Bytes. */
      readonly size: number
      /** ETag without quotes. */
      readonly etag: string
      readonly 'version-id'?: string
      /** Hexadecimal. Events of one key are ordered by comparing their sequencers as strings. */
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

/** A function that receives events. */
export type ObjectCreatedListener = (event: ObjectCreatedEvent) => void
