/**
 * Sending one request body to S3, as the upload engine sees it: bytes are reported as they leave, every HTTP status
 * is an answer, and only a request without an answer throws. `send-xhr.ts` and `send-fetch.ts` do it.
 *
 * @module
 */

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
  /** How often this request has stalled before: on a slow line, patience has to grow. */
  readonly stalls: number
  /** Told how many of `size` bytes have left, where the platform can see them leave. */
  readonly onSent: (bytes: number) => void
  /** Given the body's bytes as they leave, where they pass through us; they are the callee's only until it returns. */
  readonly onBytes?: (bytes: Uint8Array) => void
}

export interface SendAnswer {
  readonly status: number
  /** Lower-case names; in browsers only what the bucket's CORS rule exposes. */
  readonly headers: Readonly<Record<string, string>>
  /** S3's answers are short: empty, or XML. */
  readonly text: string
}

/**
 * @throws {UploadError} `NETWORK_FAILED` when no answer came (also when CORS hides it).
 * @throws The signal's reason when it fires.
 */
export type Send = (request: SendRequest) => Promise<SendAnswer>
