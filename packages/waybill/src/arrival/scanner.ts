/**
 * The types between arrival and a scanner of the application.
 *
 * @module
 */

/** An object that is to be scanned: exactly the bytes that arrival judges. */
export interface ObjectToScan {
  readonly bucket: string
  readonly key: string
  /** In a bucket with versioning. */
  readonly versionId?: string
  /** Unquoted. */
  readonly etag: string
  /** Bytes. */
  readonly size: number
  /** Content type as stored, which is the signed one. */
  readonly type: string
  /**
   * Opens a new stream of the object, from its first byte. The stream reads from S3 only when it is
   * read, in ranges of at most 4 MiB, and can be cancelled. It fails when the object is replaced;
   * arrival then judges the new bytes.
   */
  readonly open: () => ReadableStream<Uint8Array>
  /** Aborts when the scan has ended or its time limit is over. */
  readonly signal: AbortSignal
}

/**
 * What a scan has found: nothing, the name of the malware, or why the object cannot be scanned (it
 * needs a password, or is too large for the scanner).
 */
export type ScanFinding = 'clean' | { readonly infected: string } | { readonly notScanned: string }

/**
 * Scans one object for malware. If it throws, nothing is known, and the next try of the event scans
 * the object again.
 */
export type ScanObject = (object: ObjectToScan) => Promise<ScanFinding>

/** A scanner as arrival calls it. */
export interface Scanner {
  readonly scan: ScanObject
  /** The most time for one scan. */
  readonly timeoutMs: number
}
