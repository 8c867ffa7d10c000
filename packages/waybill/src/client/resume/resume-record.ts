import type { Effects } from '../effects.ts'

/**
 * Describes a multipart upload, so that it can resume after a reload or a crash. IndexedDB can
 * store every property. JSON cannot store `handle`.
 */
export interface ResumeRecord {
  /** Format version. Records with another version are ignored. */
  readonly version: 1
  /** Fingerprint of the file and its destination. */
  readonly id: string
  readonly endpoint: string
  /** The uploader's `scope` option. */
  readonly scope?: string
  readonly rule?: string
  readonly metadata?: Readonly<Record<string, string>>
  readonly name: string
  /** The upload's `path` option. */
  readonly relativePath?: string
  /** Size of the file in bytes. */
  readonly size: number
  readonly type: string
  readonly waybill: string
  readonly uploadId: string
  readonly key: string
  /** Size in bytes of every part except the last. */
  readonly partSize: number
  /** Base64 CRC64NVME of each part, in order. Empty for parts that S3 does not have. */
  readonly crcs: readonly string[]
  readonly updatedAt: Date
  /** Reopens the file without the user choosing it again. Only in browsers with file handles. */
  readonly handle?: FileSystemFileHandle
  /** The file's path, from which Node reopens it. */
  readonly path?: string
}

/** Stores resume records. If a method rejects, the upload continues without a record. */
export interface ResumeStore {
  readonly read: (id: string) => Promise<ResumeRecord | undefined>
  /** Writes a record atomically, replacing any record with the same id. */
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
   * Returns whether an upload has claimed the record. Implementations must not claim the record
   * here, because that could interfere with an upload that is just starting.
   * @default - claims the record and releases it immediately
   */
  readonly isClaimed?: (id: string) => Promise<boolean>
}

export interface RecordKeeping {
  readonly endpoint: string
  /** Missing if all users of the browser share the records. */
  readonly scope?: string
  readonly effects: Pick<Effects, 'now'>
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

export function storedSizeOf({ size, partSize, crcs }: ResumeRecord): number {
  return crcs.reduce((sum, crc, index) => {
    const part = Math.max(0, Math.min(partSize, size - index * partSize))
    return crc === '' ? sum : sum + part
  }, 0)
}
