import type { Identity } from '../auth/identity.ts'
import type { Bucket, Deleted } from '../buckets/bucket.ts'
import type { ObjectRecord } from '../buckets/records.ts'
import type { S3Request } from '../message/request.ts'
import type { ObjectEvent } from './notification-configuration.ts'

/** Something that happened to an object, from which all kinds of events are made. */
export interface ObjectChange {
  readonly event: ObjectEvent
  readonly bucket: Bucket
  readonly key: string
  /** Not set without versioning. */
  readonly versionId?: string
  /** In bytes. Only for created objects. */
  readonly size?: number
  /** Without quotes. */
  readonly etag?: string
  /** Orders the changes of a key. S3 has none for tags. */
  readonly sequence?: number
  /** Not set if a lifecycle rule caused the change. */
  readonly cause?: ChangeCause
}

export interface ChangeCause {
  readonly request: S3Request
  readonly identity: Identity
}

type BucketCause = ChangeCause & { readonly bucket: Bucket }

export function created(
  { bucket, request, identity }: BucketCause,
  record: ObjectRecord,
  how: 'CompleteMultipartUpload' | 'Copy' | 'Post' | 'Put',
): ObjectChange {
  const { key, size, etag, sequence } = record
  const cause = { request, identity }
  const event = `ObjectCreated:${how}` as const
  return { event, bucket, key, size, etag, sequence, cause, ...versionOf(record) }
}

/** For tags. */
export function amended(
  { bucket, request, identity }: BucketCause,
  record: ObjectRecord,
  event: 'ObjectTagging:Delete' | 'ObjectTagging:Put',
): ObjectChange {
  const { key, etag } = record
  return { event, bucket, key, etag, cause: { request, identity }, ...versionOf(record) }
}

/** The ETag that S3 gives delete markers in events: the MD5 of nothing. */
const EMPTY = 'd41d8cd98f00b204e9800998ecf8427e'

/**
 * @param cause - `undefined` if a lifecycle rule deleted the object.
 * @returns `undefined` if nothing was deleted.
 */
export function removed(
  bucket: Bucket,
  key: string,
  { sequence, versionId, isNewMarker }: Deleted,
  cause: ChangeCause | undefined,
): ObjectChange | undefined {
  if (sequence === undefined) return undefined
  const what = isNewMarker ? 'DeleteMarkerCreated' : 'Delete'
  return {
    event: cause ? `ObjectRemoved:${what}` : `LifecycleExpiration:${what}`,
    bucket,
    key,
    sequence,
    ...(isNewMarker ? { etag: EMPTY } : {}),
    ...(versionId === undefined ? {} : versionOf({ versionId })),
    ...(cause ? { cause } : {}),
  }
}

function versionOf({ versionId }: Pick<ObjectRecord, 'versionId'>): { versionId?: string } {
  return versionId === 'null' ? {} : { versionId }
}

/** Hexadecimal, so that sequencers of the same key can be compared as strings. */
export function sequencerOf(sequence: number): string {
  return sequence.toString(16).toUpperCase().padStart(18, '0')
}

export const LIFECYCLE = 's3.amazonaws.com'
