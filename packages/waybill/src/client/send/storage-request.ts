export interface StorageRequest {
  readonly method: 'POST' | 'PUT'
  /** A presigned URL or the URL of a presigned POST. It must never appear in an error message. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Blob
  /** The number of file bytes in `body`. */
  readonly size: number
  readonly signal: AbortSignal
  /** Called with the number of file bytes sent so far, if the platform reports it. */
  readonly onSent: (bytes: number) => void
  /**
   * Called with the bytes as they are sent, on platforms where `showsBytes` is true. The bytes are
   * valid only until the function returns.
   */
  readonly onBytes?: (bytes: Uint8Array) => void
}

export interface Outgoing extends RequestInit {
  /**
   * Closes the file after the request, because Node's `fetch` leaves the stream open if S3 responds
   * before reading the whole body.
   */
  readonly end?: () => void
}

export interface StorageResponse {
  readonly status: number
  /**
   * Keyed by lower-case name. Browsers include only headers that the bucket's CORS rule exposes.
   */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/**
 * Resolves with any HTTP status.
 *
 * @throws {UploadError} `NETWORK_FAILED` when there is no response or CORS hides it.
 */
export type Send = (request: StorageRequest) => Promise<StorageResponse>

export interface Transport {
  readonly send: Send
  readonly seesBytes: (request: Pick<StorageRequest, 'method' | 'size'>) => boolean
  /** Whether `onBytes` is called. If not, the platform reads the file itself. */
  readonly showsBytes: boolean
  readonly stallMs: number
}
