/**
 * The messages between client and signer, as they appear on the wire (JSON). The modules
 * `parse-*.ts` read them.
 *
 * @module
 */

import type { ErrorDetails } from './upload-error.ts'

/** What the client declares about a file in order to upload it. */
export interface FileDescription {
  /** The file name; treated as data, never as a path. 1 to 1,024 characters. */
  readonly name: string
  /**
   * Path of the file inside the folder that the user picked: its folders and its name, such as
   * `album/trip/two.png`. For the rule's `key` and `onComplete`. Up to 4,096 characters, without
   * empty, `.` or `..` segments.
   * @default `name`
   */
  readonly path?: string
  /** In bytes. */
  readonly size: number
  /** Content type; `application/octet-stream` if the browser does not know one. */
  readonly type: string
  /**
   * SHA-256 of the whole file in base64, if the client has hashed it. S3 then accepts only this
   * content.
   */
  readonly sha256?: string
  /** For the rule's `key` and `onComplete`; up to 16 entries, 1 KB in total. */
  readonly metadata?: Readonly<Record<string, string>>
  /**
   * A random string of 16 to 64 characters, new for each upload. A client that repeats the call
   * with the same nonce because the response was lost gets the same multipart upload from the same
   * instance.
   */
  readonly nonce?: string
  /**
   * Whether the client can also send parts to the bucket's second host name. The signer then plans
   * them for twice as many connections.
   */
  readonly secondHost?: true
}

/** Body of `POST B`, where `B` is the base URL of the signer. */
export interface CreateRequest {
  /** Optional if the signer has only one rule. */
  readonly rule?: string
  /** 1 to 100 files. */
  readonly files: readonly FileDescription[]
}

interface Granted {
  /** Opaque; the client presents it with every later call. */
  readonly waybill: string
  readonly key: string
  /** ISO 8601: when the signatures in this response expire. */
  readonly expiration: string
}

/** Permission to send one file, and how to send it. */
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
  /** Must be sent unchanged. */
  readonly headers: Readonly<Record<string, string>>
}

/** Permission to send the file in parts. */
export interface MultipartGrant extends Granted {
  readonly strategy: 'multipart'
  readonly uploadId: string
  /** Size in bytes of every part except the last. */
  readonly partSize: number
  /** The first window of signed parts, so that sending can start without another call. */
  readonly parts: PartWindowMessage
}

/** A presigned POST: a URL and the form fields that the signature covers. */
export interface PresignedPostMessage {
  readonly url: string
  /** Append all of them to the form, followed by the file as `file`. */
  readonly fields: Readonly<Record<string, string>>
}

/**
 * Signatures for consecutive parts: `PartWindow` of `waybill-s3`, with its expiration as a string.
 */
export interface PartWindowMessage {
  readonly from: number
  readonly count: number
  readonly url: string
  readonly signatures: string
  readonly headers: Readonly<Record<string, string>>
  readonly expiration: string
  readonly secondHost?: true
}

/** A failure, as a whole response or as the result of one file or upload. */
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
 * Response to `POST B`, in the order of the requested files. A refused file does not affect the
 * others.
 */
export interface CreateResponse {
  readonly uploads: readonly (UploadGrant | ErrorMessage)[]
}

/** Common members of every call after create. */
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
  /** 1 to 10,000. The window never extends past the last part. */
  readonly count: number
  /**
   * Requests URLs with the bucket's second host name. The response has `secondHost` if they use it:
   * not every bucket has a second name.
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
  /** In bytes. */
  readonly size: number
  readonly etag: string
  /** In base64; missing if the store does not return it. */
  readonly crc64nvme?: string
}

/** Body of `POST B/complete` for one upload. */
export interface CompleteRequest extends UploadReference {
  /**
   * CRC64NVME of the whole object in base64, as the client calculated it while sending (strategy
   * `multipart`).
   */
  readonly crc64nvme?: string
}

/** Response to `POST B/complete`. */
export interface CompleteResponse<Result = unknown> {
  readonly key: string
  /** In bytes. */
  readonly size: number
  readonly etag: string
  /** In a bucket with versioning: the version that was verified. */
  readonly versionId?: string
  readonly checksum?: ObjectChecksum
  /** How the content was compared with the client's checksum; `size` if the store returned none. */
  readonly verifiedBy: 'SHA256' | 'CRC64NVME' | 'size'
  /**
   * The sealed description of the stored object for the application's own server: a form submits
   * it, and `readReceipt` reads it. `waybill/signer` always sends it; other signers may omit it.
   */
  readonly receipt?: string
  /** The return value of the rule's `onComplete`. JSON omits it if it is `undefined`. */
  readonly result: Result
}

/** A checksum of a whole object, as S3 stores it. */
export interface ObjectChecksum {
  readonly algorithm: 'SHA256' | 'CRC64NVME'
  /** In base64. */
  readonly value: string
}

/**
 * Body of `POST B/complete` for several uploads: many small files in one call.
 *
 * 1 to 100 uploads of one owner; the body may be up to 256 KB.
 */
export interface CompleteManyRequest {
  readonly uploads: readonly CompleteRequest[]
}

/**
 * Response to `POST B/complete` for several uploads, in the order of the request. A failure does
 * not affect the others.
 */
export interface CompleteManyResponse<Result = unknown> {
  readonly uploads: readonly (CompleteResponse<Result> | ErrorMessage)[]
}

/** Response to `GET B`. */
export interface FormResponse {
  readonly presignedPost: PresignedPostMessage
}

/** How a browser treats a linked file: it downloads the file or displays it in the page. */
export type Disposition = 'attachment' | 'inline'

/** Body of `POST B/link`. */
export interface LinkRequest {
  /** From the response to `complete`. */
  readonly receipt: string
  /**
   * `inline` applies only to images, audio, video, plain text and PDF; everything else is
   * downloaded.
   * @default 'attachment'
   */
  readonly disposition?: Disposition
}

/** Response to `POST B/link`. */
export interface LinkResponse {
  /** A signed URL: anyone who has it can read the object until it expires. */
  readonly url: string
  /** ISO 8601: when the URL expires. */
  readonly expiration: string
}

/** Body of `POST B/remove`. */
export interface RemoveRequest {
  /** From the response to `complete`. */
  readonly receipt: string
}

/** Response to `POST B/remove`. The object is gone, even if it was gone already. */
export interface RemoveResponse {
  /** Number of versions that this call removed; 1 in a bucket without versioning. */
  readonly removed: number
}
