/**
 * What is kept of an upload in parts so that it can go on after a reload or a crash, and where.
 *
 * @module
 */

/**
 * What is kept of one upload. All of it can be stored in IndexedDB; without the `handle`, as JSON
 * too.
 */
export interface ResumeRecord {
  /** Version of this layout; records of others are not read. */
  readonly version: 1
  /** Fingerprint of the file and of where it goes; see `fingerprintOf`. */
  readonly id: string
  readonly endpoint: string
  /** `scope` of the uploader, if it has one. */
  readonly scope?: string
  readonly rule?: string
  readonly metadata?: Readonly<Record<string, string>>
  readonly name: string
  /** The option `path` of the upload. */
  readonly relativePath?: string
  /** Bytes. */
  readonly size: number
  readonly type: string
  readonly waybill: string
  readonly uploadId: string
  readonly key: string
  /** Bytes in every part but the last. */
  readonly partSize: number
  /** Base64 CRC64NVME of part 1, 2, …; empty where S3 has not taken the part. */
  readonly crcs: readonly string[]
  readonly updatedAt: Date
  /** Opens the file again without asking for it, in browsers that have handles. */
  readonly handle?: FileSystemFileHandle
  /** Opens the file again in Node. */
  readonly path?: string
}

/** A store of records. Each method may fail: an upload goes on without its record. */
export interface ResumeStore {
  readonly read: (id: string) => Promise<ResumeRecord | undefined>
  /** Replaces the record of the same id, as a whole or not at all. */
  readonly write: (record: ResumeRecord) => Promise<void>
  readonly remove: (id: string) => Promise<void>
  readonly list: () => Promise<readonly ResumeRecord[]>
  /**
   * Claims a record for one upload, so that two tabs or processes never continue the same one.
   *
   * @returns A function that gives the claim back, or `undefined` when another upload holds it.
   */
  readonly claim: (id: string) => Promise<(() => void) | undefined>
  /**
   * Says whether an upload holds the record. It takes no claim: those who look must not disturb
   * each other, nor an upload that begins.
   * @default - a claim that is given back at once
   */
  readonly isClaimed?: (id: string) => Promise<boolean>
}

/** Recognises a record of this layout in what a store has kept. */
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

/** @returns Bytes that S3 has, as the record says. */
export function storedSizeOf({ size, partSize, crcs }: ResumeRecord): number {
  return crcs.reduce((sum, crc, index) => {
    const part = Math.max(0, Math.min(partSize, size - index * partSize))
    return crc === '' ? sum : sum + part
  }, 0)
}
