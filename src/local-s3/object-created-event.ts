/**
 * The event that S3 sends to EventBridge when an object has been created.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 * @module
 */

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
