/**
 * Records for objects, multipart uploads and buckets. They are plain data, as stored on disk.
 *
 * @module
 */

import type { Checksum, ChecksumAlgorithm, ChecksumType } from '../checksums/checksum.ts'
import type { CorsRule } from '../cors/cors-rule.ts'
import type { BucketEncryption, ObjectEncryption } from '../encryption/encryption.ts'
import type { NotificationConfiguration } from '../notifications/notification-configuration.ts'
import type { BucketLock, ObjectLock } from '../object-lock/object-lock.ts'

/** Names are in lower case. */
export type SystemHeaders = Readonly<Record<string, string>>

/** A version of an object, or a delete marker. */
export interface ObjectRecord extends Amendable {
  readonly key: string
  /** The string `null` without versioning. */
  readonly versionId: string
  /** In bytes. */
  readonly size: number
  /** Without quotes. */
  readonly etag: string
  /** Milliseconds since 1970. Responses round them to seconds. */
  readonly lastModifiedMs: number
  readonly headers: SystemHeaders
  /** Names are in lower case and without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>
  readonly checksum?: Checksum
  /** Not set for SSE-S3. */
  readonly encryption?: ObjectEncryption
  /** Not set for STANDARD. */
  readonly storageClass?: string
  /**
   * Increases with every write. It determines the order of versions and the `sequencer` in events.
   */
  readonly sequence: number
  readonly deleteMarker?: true
  /** If the object was uploaded in parts, these contain its bytes, in order. */
  readonly parts?: readonly PartRecord[]
  readonly uploadId?: string
}

/** What can change after an object was written. */
export interface Amendable extends ObjectLock {
  readonly tags: Readonly<Record<string, string>>
}

export function amendmentOf({ tags, retention, legalHold }: Amendable): Amendable {
  return {
    tags,
    ...(retention ? { retention } : {}),
    ...(legalHold === undefined ? {} : { legalHold }),
  }
}

export interface PartRecord {
  readonly partNumber: number
  readonly size: number
  readonly etag: string
  readonly lastModifiedMs: number
  readonly checksum: Checksum
  /** A part that is uploaded again gets a new file name, so that old and new bytes never mix. */
  readonly fileName: string
}

export interface UploadRecord extends Amendable {
  readonly uploadId: string
  readonly key: string
  readonly initiatedMs: number
  readonly headers: SystemHeaders
  readonly metadata: Readonly<Record<string, string>>
  /** The algorithm that the client declared. Not set if it declared none. */
  readonly checksumAlgorithm?: ChecksumAlgorithm
  readonly checksumType: ChecksumType
  /** Not set for SSE-S3. */
  readonly encryption?: ObjectEncryption
  /** Not set for STANDARD. */
  readonly storageClass?: string
  /** The result of `Bucket.sequenceOf` at the start of the upload. */
  readonly found?: number
}

export interface BucketRecord {
  readonly name: string
  readonly createdMs: number
  /** A region, or `EU` for eu-west-1. Not set if the bucket is in the server's first region. */
  readonly region?: string
  readonly cors?: readonly CorsRule[]
  /** Not set until it is configured. The default is SSE-S3. */
  readonly encryption?: BucketEncryption
  /** Not set until versioning is first enabled. After that, it can only be suspended. */
  readonly versioning?: 'Enabled' | 'Suspended'
  /** Set if Object Lock is enabled. It cannot be disabled. */
  readonly objectLock?: BucketLock
  readonly lifecycle?: readonly LifecycleRule[]
  /** Not set for `all_storage_classes_128K`. */
  readonly transitionMinimumSize?: 'varies_by_storage_class'
  readonly notifications?: NotificationConfiguration
  readonly tags?: Readonly<Record<string, string>>
  /** Not set for `BucketOwnerEnforced`. */
  readonly ownershipControls?: 'removed'
  /** The policy's JSON, exactly as the client sent it. */
  readonly policy?: string
  /** Not set if it was deleted. In new buckets, all four settings are on. */
  readonly publicAccessBlock?: PublicAccessBlock
}

/**
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export interface PublicAccessBlock {
  /** Without effect, like the next one: there are no ACLs. */
  readonly blockPublicAcls: boolean
  readonly ignorePublicAcls: boolean
  /** Rejects public policies. */
  readonly blockPublicPolicy: boolean
  /** Ignores whatever a public policy allows. */
  readonly restrictPublicBuckets: boolean
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html */
export interface LifecycleRule {
  readonly id?: string
  readonly enabled: boolean
  readonly filter: LifecycleFilter
  /**
   * Whether the rule has the older form, in which the prefix is next to the actions, without a
   * `Filter`.
   */
  readonly older?: boolean
  readonly expirationDays?: number
  readonly expirationDateMs?: number
  /** Whether to remove delete markers that have no noncurrent versions. */
  readonly expiredObjectDeleteMarker?: boolean
  readonly noncurrentDays?: number
  readonly abortIncompleteDays?: number
}

export interface LifecycleFilter {
  readonly prefix?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly sizeGreaterThan?: number
  readonly sizeLessThan?: number
}
