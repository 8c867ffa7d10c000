/**
 * The records of objects, multipart uploads and buckets: plain data, as stored on disk.
 *
 * @module
 */

import type { Checksum, ChecksumAlgorithm, ChecksumType } from '../checksums/checksum.ts'
import type { CorsRule } from '../cors/cors-rule.ts'
import type { BucketEncryption, KmsEncryption } from '../encryption/encryption.ts'

/** Headers that are stored and returned with an object. Names are in lower case. */
export type SystemHeaders = Readonly<Record<string, string>>

/** A version of an object, or a delete marker. */
export interface ObjectRecord {
  readonly key: string
  /** Without versioning, this is the string `null`. */
  readonly versionId: string
  /** In bytes. */
  readonly size: number
  /** Without quotes. */
  readonly etag: string
  /** In milliseconds since 1970. Responses round it to seconds. */
  readonly lastModifiedMs: number
  readonly headers: SystemHeaders
  /** Names are in lower case, without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  readonly checksum?: Checksum
  /** Missing for SSE-S3. */
  readonly encryption?: KmsEncryption
  /** Missing for STANDARD. */
  readonly storageClass?: string
  /** Increases with every write. Defines the order of versions and the `sequencer` of events. */
  readonly sequence: number
  readonly deleteMarker?: true
  /** The parts that contain the bytes, in order, if the object was uploaded in parts. */
  readonly parts?: readonly PartRecord[]
  /** The upload that these parts belong to. */
  readonly uploadId?: string
}

export interface PartRecord {
  readonly partNumber: number
  readonly size: number
  readonly etag: string
  readonly lastModifiedMs: number
  readonly checksum: Checksum
  /** A part that is uploaded again gets a new name, so that old and new bytes are never mixed. */
  readonly fileName: string
}

export interface UploadRecord {
  readonly uploadId: string
  readonly key: string
  readonly initiatedMs: number
  readonly headers: SystemHeaders
  readonly metadata: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  /** The algorithm that the client declared. Missing for S3's default. */
  readonly checksumAlgorithm?: ChecksumAlgorithm
  readonly checksumType: ChecksumType
  /** Missing for SSE-S3. */
  readonly encryption?: KmsEncryption
  /** Missing for STANDARD. */
  readonly storageClass?: string
  /** The result of `Bucket.sequenceOf` at the start of the upload. */
  readonly found?: number
}

export interface BucketRecord {
  readonly name: string
  readonly createdMs: number
  readonly cors?: readonly CorsRule[]
  /** Missing until it is configured. The default is SSE-S3. */
  readonly encryption?: BucketEncryption
  /**
   * Missing until versioning is enabled for the first time. After that it can only be suspended.
   */
  readonly versioning?: 'Enabled' | 'Suspended'
  readonly lifecycle?: readonly LifecycleRule[]
  /** The policy's JSON, exactly as it was put. */
  readonly policy?: string
  /** Missing if it was deleted. New buckets have all four settings on. */
  readonly publicAccessBlock?: PublicAccessBlock
}

/**
 * The public access block of a bucket.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export interface PublicAccessBlock {
  readonly blockPublicAcls: boolean
  readonly ignorePublicAcls: boolean
  /** Rejects a public policy. */
  readonly blockPublicPolicy: boolean
  /** Ignores what a public policy allows. */
  readonly restrictPublicBuckets: boolean
}

/**
 * A lifecycle rule.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html
 */
export interface LifecycleRule {
  readonly id?: string
  readonly enabled: boolean
  readonly filter: LifecycleFilter
  /** Whether the rule has the older form: without `Filter`, with the prefix next to the actions. */
  readonly older?: boolean
  readonly expirationDays?: number
  readonly expirationDateMs?: number
  /** Whether to remove delete markers that have no noncurrent versions. */
  readonly expiredObjectDeleteMarker?: boolean
  readonly noncurrentDays?: number
  readonly abortIncompleteDays?: number
}

/** The objects that a lifecycle rule applies to. */
export interface LifecycleFilter {
  readonly prefix?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly sizeGreaterThan?: number
  readonly sizeLessThan?: number
}
