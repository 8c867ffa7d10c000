/**
 * One request with bytes for S3, its answer, and what sends it.
 *
 * @module
 */

/** A request with bytes, and its callbacks. */
export interface SendRequest {
  readonly method: 'POST' | 'PUT'
  /** Presigned, or a presigned POST's; never in a message. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Slices of the file, never a copy of it. */
  readonly body: Blob
  /** Bytes of the file in `body`. */
  readonly size: number
  readonly signal: AbortSignal
  /** Told how many of `size` bytes have left, where the platform can see them leave. */
  readonly onSent: (bytes: number) => void
  /** Gets the body's bytes as they leave, if our code sees them; valid until it returns. */
  readonly onBytes?: (bytes: Uint8Array) => void
}

/** A request as `fetch` takes it. */
export interface Outgoing extends RequestInit {
  /**
   * Closes the file once the request is over: Node's `fetch` leaves the stream open if S3 answers
   * before it has read the body.
   */
  readonly end?: () => void
}

/** What S3 sent back. */
export interface SendAnswer {
  readonly status: number
  /** Lower-case names; in browsers only what the bucket's CORS rule exposes. */
  readonly headers: Readonly<Record<string, string>>
  /** S3's answers are short: empty, or XML. */
  readonly text: string
}

/**
 * Sends one request. Every HTTP status is an answer.
 *
 * @throws {UploadError} `NETWORK_FAILED` when no answer came (also when CORS hides it).
 * @throws The signal's reason when it fires.
 */
export type Send = (request: SendRequest) => Promise<SendAnswer>

/** How this platform sends bytes, and whether it reports them. */
export interface Transport {
  readonly send: Send
  /** Whether `send` reports that request's bytes before its end. */
  readonly seesBytes: (request: Pick<SendRequest, 'method' | 'size'>) => boolean
  /** Whether `onBytes` gets the bytes; otherwise the platform reads the file itself. */
  readonly showsBytes: boolean
  /** A request of which no byte moves for so long is made again. */
  readonly stallMs: number
}
