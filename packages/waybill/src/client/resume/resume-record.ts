/**
 * The record from which a multipart upload resumes after a reload or a crash, and its store.
 *
 * @module
 */

import type { Effects } from '../effects.ts'

/** The record of one upload. IndexedDB can store all its properties; JSON cannot store `handle`. */
export interface ResumeRecord {
  /** Version of the layout; records with another version are ignored. */
  readonly version: 1
  /** Fingerprint of the file and its destination; see `fingerprintOf`. */
  readonly id: string
  readonly endpoint: string
  /** The uploader's `scope`. */
  readonly scope?: string
  readonly rule?: string
  readonly metadata?: Readonly<Record<string, string>>
  readonly name: string
  /** The upload's `path` option. */
  readonly relativePath?: string
  /** Bytes. */
  readonly size: number
  readonly type: string
  readonly waybill: string
  readonly uploadId: string
  readonly key: string
  /** Bytes in every part but the last. */
  readonly partSize: number
  /** Base64 CRC64NVME of parts 1, 2, …; an empty string for each part that S3 does not have. */
  readonly crcs: readonly string[]
  readonly updatedAt: Date
  /** Reopens the file without the user choosing it again, in browsers with file handles. */
  readonly handle?: FileSystemFileHandle
  /** Reopens the file in Node. */
  readonly path?: string
}

/** A store of records. If a method rejects, the upload continues without a record. */
export interface ResumeStore {
  readonly read: (id: string) => Promise<ResumeRecord | undefined>
  /** Replaces the record with the same id, atomically. */
  readonly write: (record: ResumeRecord) => Promise<void>
  readonly remove: (id: string) => Promise<void>
  readonly list: () => Promise<readonly ResumeRecord[]>
  /**
   * Claims a record for one upload, so that two tabs or processes never resume the same upload.
   *
   * @returns A function that releases the claim, or `undefined` when another upload holds it.
   */
  readonly claim: (id: string) => Promise<(() => void) | undefined>
  /**
   * Returns whether an upload holds the record. Must not claim the record, because that could
   * disturb other lookups or an upload that is starting.
   * @default - claims the record and releases it immediately
   */
  readonly isClaimed?: (id: string) => Promise<boolean>
}

/** Where an uploader keeps its records, and whose records they are. */
export interface RecordKeeping {
  /** The signer's base URL. Each record belongs to one signer. */
  readonly endpoint: string
  /** Missing if all users of the browser share the records. */
  readonly scope?: string
  readonly effects: Pick<Effects, 'now'>
  /** Missing if uploads cannot resume after a reload. */
  readonly resumeStore?: ResumeStore
  /** Older records are removed. */
  readonly maxRecordAgeMs: number
}

export function isResumeRecord(value: unknown): value is ResumeRecord {
  if (typeof value !== 'object' || value === null) return false
  const record: Partial<Record<keyof ResumeRecord, unknown>> = value
  const texts = [record.id, record.endpoint, record.name, record.type, record.waybill]
  return (
    record.version === 1 &&
    [...texts, record.uploadId, record.key].every((text) => typeof text === 'string') &&
    Number.isSafeInteger(record.size) &&
    Number.isSafeInteger(record.partSize) &&
    Array.isArray(record.crcs) &&
    record.crcs.every((crc: unknown) => typeof crc === 'string') &&
    record.updatedAt instanceof Date
  )
}

/** @returns How many bytes S3 has, according to the record. */
export function storedSizeOf({ size, partSize, crcs }: ResumeRecord): number {
  return crcs.reduce((sum, crc, index) => {
    const part = Math.max(0, Math.min(partSize, size - index * partSize))
    return crc === '' ? sum : sum + part
  }, 0)
}
