/**
 * What the server knows about an object, a multipart upload, a bucket. Plain data: this is what
 * rests on the disk.
 *
 * @module
 */

import type { PublicAccessBlock } from '../access/public-access.ts'
import type { Checksum, ChecksumAlgorithm, ChecksumType } from '../checksums/checksum.ts'
import type { CorsRule } from '../cors/cors-rule.ts'
import type { BucketEncryption } from '../encryption/bucket-encryption.ts'
import type { KmsEncryption } from '../encryption/encryption.ts'
import type { LifecycleRule } from '../lifecycle/lifecycle-rule.ts'

/** Headers that are stored with an object and given back, names in lower case. */
export type SystemHeaders = Readonly<Record<string, string>>

export interface ObjectRecord {
  readonly key: string
  /** `null`, the word, where the bucket has no versioning. */
  readonly versionId: string
  /** Bytes. */
  readonly size: number
  /** Without quotes. */
  readonly etag: string
  /** Milliseconds since 1970, whole seconds on the wire. */
  readonly lastModifiedMs: number
  readonly headers: SystemHeaders
  /** Names without `x-amz-meta-`, lower case. */
  readonly metadata: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  readonly checksum?: Checksum
  /** Absent under SSE-S3. */
  readonly encryption?: KmsEncryption
  /** Grows with every write; orders versions and is the event's `sequencer`. */
  readonly sequence: number
  readonly deleteMarker?: true
  /** Present on an object that came in parts: its bytes rest in them, in this order. */
  readonly parts?: readonly PartRecord[]
  /** The upload whose parts they are. */
  readonly uploadId?: string
}

export interface PartRecord {
  readonly partNumber: number
  readonly size: number
  readonly etag: string
  readonly lastModifiedMs: number
  readonly checksum: Checksum
  /** Another name each time the part is uploaded, so that a replaced one is never half of each. */
  readonly fileName: string
}

export interface UploadRecord {
  readonly uploadId: string
  readonly key: string
  readonly initiatedMs: number
  readonly headers: SystemHeaders
  readonly metadata: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  /** What the client declared; absent means S3's default. */
  readonly checksumAlgorithm?: ChecksumAlgorithm
  readonly checksumType: ChecksumType
  /** Absent under SSE-S3. */
  readonly encryption?: KmsEncryption
  /**
   * The sequence of what the key held when the upload began, a delete marker's too; 0 for nothing.
   */
  readonly found?: number
}

export interface BucketRecord {
  readonly name: string
  readonly createdMs: number
  readonly cors?: readonly CorsRule[]
  /** Absent until it is put, which is SSE-S3. */
  readonly encryption?: BucketEncryption
  /** Absent until versioning is first switched on; it can then only be suspended. */
  readonly versioning?: 'Enabled' | 'Suspended'
  readonly lifecycle?: readonly LifecycleRule[]
  /** The JSON text, as it was put. */
  readonly policy?: string
  /** Absent after it was deleted; new buckets have all four on. */
  readonly publicAccessBlock?: PublicAccessBlock
}
