/**
 * What arrival and a scanner of the application's own say to each other.
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
   * Opens a stream of the object's bytes, each time from the first. It reads from S3 what is read
   * from it, in ranges of at most 4 MiB, and can be cancelled. It fails when the object is replaced
   * meanwhile; arrival then judges the new bytes.
   */
  readonly open: () => ReadableStream<Uint8Array>
  /** Aborts when the scan has ended, or its time is over. */
  readonly signal: AbortSignal
}

/**
 * What a scan has found: nothing, the name of what was found, or why the object cannot be scanned
 * (it is under a password, larger than the scanner takes).
 */
export type ScanFinding = 'clean' | { readonly infected: string } | { readonly notScanned: string }

/**
 * Scans one object for malware. What it throws means that nothing is known: the object is scanned
 * again with the next try of its event.
 */
export type ScanObject = (object: ObjectToScan) => Promise<ScanFinding>

/** A scanner as arrival calls it. */
export interface Scanner {
  readonly scan: ScanObject
  /** The most time for one scan. */
  readonly timeoutMs: number
}
