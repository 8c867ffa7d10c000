/**
 * The messages between client and signer, as they are on the wire (JSON). `parse-*.ts` reads them.
 *
 * @module
 */

import type { ErrorDetails } from './upload-error.ts'

/** What the client says about a file before it may send it. */
export interface FileDescription {
  /** The file's own name; data, never a path. 1 to 1,024 characters. */
  readonly name: string
  /**
   * Where the file was in the folder that the person chose: its folders and its name, such as
   * `album/trip/two.png`. For the rule's `key` and `onComplete`. At most 4,096 characters, with no
   * empty, `.` or `..` segment.
   * @default `name`
   */
  readonly path?: string
  /** Bytes. */
  readonly size: number
  /** Content type; `application/octet-stream` when the browser knows none. */
  readonly type: string
  /**
   * Base64 SHA-256 of the whole file, when the client has hashed it. S3 then accepts only this
   * content.
   */
  readonly sha256?: string
  /** For the rule's `key` and `onComplete`; at most 16 entries, 1 KB in all. */
  readonly metadata?: Readonly<Record<string, string>>
  /**
   * Random text of 16 to 64 characters, new for each upload. A client that asks again with the same
   * nonce, because the response was lost, gets the same multipart upload from the same instance.
   */
  readonly nonce?: string
  /**
   * Whether the client may send parts to the bucket's second host name too. They are then planned
   * for twice as many connections.
   */
  readonly secondHost?: true
}

/** Body of `POST B`; `B` is the base URL of the signer. */
export interface CreateRequest {
  /** May be left out where the signer has one rule. */
  readonly rule?: string
  /** 1 to 100. */
  readonly files: readonly FileDescription[]
}

interface Granted {
  /** Opaque; the client presents it with every later call. */
  readonly waybill: string
  readonly key: string
  /** ISO 8601: when the signatures in this response expire. */
  readonly expiration: string
}

/** Permission to send one file, and how. */
export type UploadGrant = PostGrant | PutGrant | MultipartGrant

/** Permission to send the file in one presigned POST. */
export interface PostGrant extends Granted {
  readonly strategy: 'post'
  readonly presignedPost: PresignedPostMessage
}

/** Permission to send the file in one presigned PUT. */
export interface PutGrant extends Granted {
  readonly strategy: 'put'
  readonly url: string
  /** Must be sent exactly as they are. */
  readonly headers: Readonly<Record<string, string>>
}

/** Permission to send the file in parts. */
export interface MultipartGrant extends Granted {
  readonly strategy: 'multipart'
  readonly uploadId: string
  /** Bytes in every part but the last. */
  readonly partSize: number
  /** The first window of signed parts, so that sending starts without another call. */
  readonly parts: PartWindowMessage
}

/** A presigned POST: an address and the form fields that the signature covers. */
export interface PresignedPostMessage {
  readonly url: string
  /** Append all of them to the form, then the file as `file`, last. */
  readonly fields: Readonly<Record<string, string>>
}

/** Signatures for consecutive parts: `PartWindow` of `waybill-s3`, with its instant as text. */
export interface PartWindowMessage {
  readonly from: number
  readonly count: number
  readonly url: string
  readonly signatures: string
  readonly headers: Readonly<Record<string, string>>
  readonly expiration: string
  readonly secondHost?: true
}

/** A failure, as a response or in place of one file or upload. */
export interface ErrorMessage {
  readonly error: {
    readonly code: string
    readonly message: string
    /** Id of the call, as in the signer's events and logs. */
    readonly id?: string
    readonly details?: ErrorDetails
  }
}

/**
 * Response to `POST B`, in the order of the request's files. A refused file does not fail the
 * others.
 */
export interface CreateResponse {
  readonly uploads: readonly (UploadGrant | ErrorMessage)[]
}

/** What every call after create has. */
export interface UploadReference {
  readonly waybill: string
  /** With strategy `multipart`. */
  readonly uploadId?: string
}

/** Body of `POST B/parts`. The response is a `PartWindowMessage`. */
export interface PartsRequest extends UploadReference {
  readonly uploadId: string
  /** First part number, from 1. */
  readonly from: number
  /** 1 to 10,000; the window ends with the upload. */
  readonly count: number
  /**
   * Asks for URLs to the bucket's second host name. The response has `secondHost` too if they lead
   * there: not every bucket has a second name.
   */
  readonly secondHost?: true
}

/** Response to `POST B/list`. */
export interface ListResponse {
  readonly parts: readonly UploadedPart[]
}

/** A part that S3 has stored. */
export interface UploadedPart {
  readonly partNumber: number
  /** Bytes. */
  readonly size: number
  readonly etag: string
  /** Base64; missing where the store does not return it. */
  readonly crc64nvme?: string
}

/** Body of `POST B/complete`, for one upload. */
export interface CompleteRequest extends UploadReference {
  /**
   * Base64 CRC64NVME of the whole object, as the client computed it while sending (strategy
   * `multipart`).
   */
  readonly crc64nvme?: string
}

/** Response to `POST B/complete`. */
export interface CompleteResponse<Result = unknown> {
  readonly key: string
  /** Bytes. */
  readonly size: number
  readonly etag: string
  /** In a bucket with versioning: the version that was compared. */
  readonly versionId?: string
  readonly checksum?: ObjectChecksum
  /**
   * How the content was compared with what the client computed. `size` where the store returned no
   * checksum.
   */
  readonly verifiedBy: 'SHA256' | 'CRC64NVME' | 'size'
  /**
   * The sealed description of the stored object, for the application's own server: a form submits
   * it, and `readReceipt` reads it. `waybill/signer` always sends it; a signer of your own need not.
   */
  readonly receipt?: string
  /** What the rule's `onComplete` returned. JSON leaves it out when that is `undefined`. */
  readonly result: Result
}

/** A checksum of a whole object, as S3 keeps it. */
export interface ObjectChecksum {
  readonly algorithm: 'SHA256' | 'CRC64NVME'
  /** Base64. */
  readonly value: string
}

/**
 * Body of `POST B/complete` for several uploads: many small files in one call.
 *
 * 1 to 100 uploads of one owner; the body may have 256 KB.
 */
export interface CompleteManyRequest {
  readonly uploads: readonly CompleteRequest[]
}

/**
 * Response to `POST B/complete` for several uploads, in the order of the request's. One failure
 * does not fail the others.
 */
export interface CompleteManyResponse<Result = unknown> {
  readonly uploads: readonly (CompleteResponse<Result> | ErrorMessage)[]
}

/** Response to `GET B`. */
export interface FormResponse {
  readonly presignedPost: PresignedPostMessage
}

/** How a browser treats a linked file: it saves the file, or shows it in the page. */
export type Disposition = 'attachment' | 'inline'

/** Body of `POST B/link`. */
export interface LinkRequest {
  /** From the response to `complete`. */
  readonly receipt: string
  /**
   * `inline` only counts for images, audio, video, plain text and PDF; anything else is saved.
   * @default 'attachment'
   */
  readonly disposition?: Disposition
}

/** Response to `POST B/link`. */
export interface LinkResponse {
  /** A signed URL: each client that has it can read the object until it expires. */
  readonly url: string
  /** ISO 8601: when the URL expires. */
  readonly expiration: string
}

/** Body of `POST B/remove`. */
export interface RemoveRequest {
  /** From the response to `complete`. */
  readonly receipt: string
}

/** Response to `POST B/remove`. The object is gone, also when it was gone before. */
export interface RemoveResponse {
  /** How many versions this call has removed; 1 in a bucket without versioning. */
  readonly removed: number
}
