/** The object to scan. Its stream contains exactly the bytes that are being judged. */
export interface ObjectToScan {
  readonly bucket: string
  readonly key: string
  /** Present in a bucket with versioning. */
  readonly versionId?: string
  /** Without quotes. */
  readonly etag: string
  /** In bytes. */
  readonly size: number
  /** The stored content type, which matches the signed one. */
  readonly type: string
  /**
   * Opens a new stream that starts at the object's first byte. The stream fetches up to 4 MiB at a
   * time from S3, on demand, and can be canceled. It fails if the object is replaced. The new
   * bytes are then judged instead.
   */
  readonly open: () => ReadableStream<Uint8Array>
  /** Aborted when the scan ends or times out. */
  readonly signal: AbortSignal
}

/**
 * Result of a scan: `clean`, the name of the malware, or the reason why the object could not be
 * scanned, such as a password or its size.
 */
export type ScanResult = 'clean' | { readonly infected: string } | { readonly notScanned: string }

/**
 * Scans one object for malware. If it throws, there is no verdict. The event is then retried, and
 * the object is scanned again.
 */
export type ScanObject = (object: ObjectToScan) => Promise<ScanResult>

export interface Scanner {
  readonly scan: ScanObject
  readonly timeoutMs: number
}

const DEFAULT_TIMEOUT_MS = 300_000
/** The longest delay that timers support. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1

/**
 * @returns `undefined` if there is no scanner.
 * @throws {TypeError | RangeError} If an option is invalid.
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
