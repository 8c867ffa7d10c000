/**
 * The interface between arrival and the application's own scanner.
 *
 * @module
 */

/** An object to scan: exactly the bytes that arrival judges. */
export interface ObjectToScan {
  readonly bucket: string
  readonly key: string
  /** Present in a bucket with versioning. */
  readonly versionId?: string
  /** Without quotes. */
  readonly etag: string
  /** In bytes. */
  readonly size: number
  /** Stored content type, which is the signed one. */
  readonly type: string
  /**
   * Opens a new stream of the object from its first byte. It fetches ranges of up to 4 MiB from S3
   * on demand and can be cancelled. It fails if the object is replaced; arrival then judges the new
   * bytes.
   */
  readonly open: () => ReadableStream<Uint8Array>
  /** Aborted when the scan ends or times out. */
  readonly signal: AbortSignal
}

/**
 * Result of a scan: nothing found, the name of the malware, or why the object cannot be scanned (it
 * is password-protected, or too large for the scanner).
 */
export type ScanFinding = 'clean' | { readonly infected: string } | { readonly notScanned: string }

/**
 * Scans one object for malware. If it throws, nothing is known, and the retry of the event scans
 * the object again.
 */
export type ScanObject = (object: ObjectToScan) => Promise<ScanFinding>

export interface Scanner {
  readonly scan: ScanObject
  /** Time limit of one scan. */
  readonly timeoutMs: number
}

const DEFAULT_TIMEOUT_MS = 300_000
/** The longest delay that timers support. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1

/**
 * Validates the options `scan` and `scanTimeoutMs`.
 *
 * @returns `undefined` if there is no scanner.
 * @throws {TypeError | RangeError}
 */
export function readScanner(
  scan: ScanObject | undefined,
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Scanner | undefined {
  if (!(timeoutMs >= 1 && timeoutMs <= MAX_TIMEOUT_MS)) {
    throw new RangeError(`scanTimeoutMs is ${timeoutMs}, expected 1 to ${MAX_TIMEOUT_MS}`)
  }
  if (scan === undefined) return undefined
  if (typeof scan !== 'function') {
    throw new TypeError(`scan is ${typeof scan}, expected a function`)
  }
  return { scan, timeoutMs }
}
