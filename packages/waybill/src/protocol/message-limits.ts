const KIB = 1024

/**
 * Returns the maximum size of a request body in bytes. The largest bodies complete a hundred
 * uploads, or contain a hundred receipts.
 *
 * @param path - Relative to the signer's base URL.
 */
export function maxBodySize(path: string): number {
  return path === '/complete' || path === '/verdict' ? 256 * KIB : 64 * KIB
}

/** Maximum number of files in one create request. */
export const MAX_FILES = 100
/** Maximum number of uploads in one complete request, and of receipts in one verdict request. */
export const MAX_UPLOADS = 100

/** Limits on a file's description: lengths in characters, sizes in bytes. */
export const FILE_LIMITS = {
  nameLength: 1024,
  /** `PATH_MAX` on Linux. */
  pathLength: 4096,
  typeLength: 255,
  metadataEntries: 16,
  metadataSize: KIB,
  nonce: { min: 16, max: 64 },
} as const

export const MAX_RULE_NAME_LENGTH = 64

/**
 * Maximum size of a sealed waybill in bytes. It is stored as user metadata, which S3 limits to 2 KB.
 */
export const MAX_WAYBILL_SIZE = 1536
/** Clients present the waybill followed by `~` and a 22-character authentication code. */
export const MAX_PRESENTED_SIZE = MAX_WAYBILL_SIZE + 23

/** S3's upload ids have about 128 characters, and no store is known to exceed this limit. */
export const MAX_UPLOAD_ID_LENGTH = 1024

/** The range of S3's part numbers. */
export const PART_NUMBERS = { min: 1, max: 10_000 } as const

/** Maximum length of a receipt in a request body. The signer's own receipts are shorter. */
export const MAX_RECEIPT_LENGTH = 65_536
