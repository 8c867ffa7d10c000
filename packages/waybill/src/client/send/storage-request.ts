/**
 * A request that sends bytes to S3, the response to it, and how the platform sends it.
 *
 * @module
 */

export interface StorageRequest {
  readonly method: 'POST' | 'PUT'
  /** Presigned, or a presigned POST's: must never be in a message. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Slices of the file, never a copy of it. */
  readonly body: Blob
  /** Bytes of the file in `body`. */
  readonly size: number
  readonly signal: AbortSignal
  /** Called with how many of `size` bytes have left, if the platform can see that. */
  readonly onSent: (bytes: number) => void
  /** Called with the body's bytes as they leave, if our code sees them; valid until it returns. */
  readonly onBytes?: (bytes: Uint8Array) => void
}

/** A request as `fetch` takes it. */
export interface Outgoing extends RequestInit {
  /**
   * Closes the file when the request is over: Node's `fetch` leaves the stream open if S3 responds
   * before reading the whole body.
   */
  readonly end?: () => void
}

export interface StorageResponse {
  readonly status: number
  /** Lower-case names; in browsers only what the bucket's CORS rule exposes. */
  readonly headers: Readonly<Record<string, string>>
  /** S3's responses are short: empty, or XML. */
  readonly text: string
}

/**
 * Sends one request. Resolves with any HTTP status.
 *
 * @throws {UploadError} `NETWORK_FAILED` when there is no response, or CORS hides it.
 * @throws The signal's reason when it fires.
 */
export type Send = (request: StorageRequest) => Promise<StorageResponse>

/** How this platform sends bytes, and whether it can see them leave. */
export interface Transport {
  readonly send: Send
  /** Whether `onSent` is called while that request is sent. */
  readonly seesBytes: (request: Pick<StorageRequest, 'method' | 'size'>) => boolean
  /** Whether `onBytes` is called; otherwise the platform reads the file itself. */
  readonly showsBytes: boolean
  /** A request is retried when no byte has moved for so long. */
  readonly stallMs: number
}
