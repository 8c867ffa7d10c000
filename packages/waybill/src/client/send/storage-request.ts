/**
 * A request that sends bytes to S3, the response to it, and how the platform sends it.
 *
 * @module
 */

export interface StorageRequest {
  readonly method: 'POST' | 'PUT'
  /** A presigned URL, or that of a presigned POST. It must never appear in a message. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Refers to the file or a slice of it, and copies it only if the platform requires that. */
  readonly body: Blob
  /** Bytes of the file in `body`. */
  readonly size: number
  readonly signal: AbortSignal
  /** Called with how many of the `size` bytes have been sent, if the platform reports that. */
  readonly onSent: (bytes: number) => void
  /**
   * Called with the body's bytes as they are sent, if our code sees them. The bytes are valid until
   * the function returns.
   */
  readonly onBytes?: (bytes: Uint8Array) => void
}

/** A request in the form that `fetch` accepts. */
export interface Outgoing extends RequestInit {
  /**
   * Closes the file when the request is over: Node's `fetch` leaves the stream open if S3 responds
   * before reading the whole body.
   */
  readonly end?: () => void
}

export interface StorageResponse {
  readonly status: number
  /** Names are in lower case. In browsers, only the headers that the bucket's CORS rule exposes. */
  readonly headers: Readonly<Record<string, string>>
  /** S3's responses are short: empty, or XML. */
  readonly text: string
}

/**
 * Sends one request. Resolves with any HTTP status.
 *
 * @throws {UploadError} `NETWORK_FAILED` when there is no response, or CORS hides the response.
 * @throws The signal's reason, if the signal fires.
 */
export type Send = (request: StorageRequest) => Promise<StorageResponse>

/** How this platform sends bytes, and whether it reports sent bytes. */
export interface Transport {
  readonly send: Send
  /** Whether `onSent` is called while that request is being sent. */
  readonly seesBytes: (request: Pick<StorageRequest, 'method' | 'size'>) => boolean
  /** Whether `onBytes` is called; otherwise the platform reads the file itself. */
  readonly showsBytes: boolean
  /** Milliseconds without a moving byte after which a request is retried. */
  readonly stallMs: number
}
