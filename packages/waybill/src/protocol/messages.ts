/**
 * The JSON messages between client and signer, as they appear on the wire.
 *
 * @module
 */

import type { CheckedQuota } from './quota.ts'
import type { ErrorDetails } from './upload-error.ts'

/** The client's description of a file to upload. */
export interface FileDescription {
  /** The file name, 1 to 1,024 characters. Treated as data, never as a path. */
  readonly name: string
  /**
   * The file's path within the folder that the user picked, including its name, such as
   * `album/trip/two.png`. Passed to the rule's `key` and `onComplete`. Up to 4,096 characters,
   * without empty, `.` or `..` segments.
   * @default `name`
   */
  readonly path?: string
  /** In bytes. */
  readonly size: number
  /** Content type; `application/octet-stream` if the browser does not know it. */
  readonly type: string
  /**
   * The whole file's SHA-256 in base64, if the client has hashed the file. S3 then accepts only
   * this content.
   */
  readonly sha256?: string
  /** Passed to the rule's `key` and `onComplete`. Up to 16 entries, 1 KB in total. */
  readonly metadata?: Readonly<Record<string, string>>
  /**
   * A random string of 16 to 64 characters, different for each upload. If a response is lost and
   * the client repeats the call with the same nonce, the same signer instance returns the same
   * multipart upload.
   */
  readonly nonce?: string
  /**
   * Whether the client can also send parts to the bucket's second host name. The signer then plans
   * the parts for twice as many connections.
   */
  readonly secondHost?: true
}

/** Body of `POST B`, where `B` is the signer's base URL. */
export interface CreateRequest {
  /** Optional if the signer has only one rule. */
  readonly rule?: string
  /** 1 to 100 files. */
  readonly files: readonly FileDescription[]
}

interface Granted {
  /** Opaque to the client, which sends it with every later call. */
  readonly waybill: string
  readonly key: string
  /** When the signatures in this response expire, in ISO 8601. */
  readonly expiration: string
}

/** Permission to upload one file, and the strategy to use. */
export type UploadGrant = PostGrant | PutGrant | MultipartGrant

/** Permission to send the file with one presigned POST. */
export interface PostGrant extends Granted {
  readonly strategy: 'post'
  readonly presignedPost: PresignedPostMessage
}

/** Permission to send the file with one presigned PUT. */
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
  /**
   * The first window of signed parts, so that the client can start sending without another call.
   */
  readonly parts: PartWindowMessage
}

/** A presigned POST: a URL and the form fields that the signature covers. */
export interface PresignedPostMessage {
  readonly url: string
  /** Append all fields to the form, then append the file as `file`. */
  readonly fields: Readonly<Record<string, string>>
}

/**
 * Signatures for consecutive parts: the `PartWindow` from `waybill-s3`, with the expiration as a
 * string.
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

/** An error: either the whole response, or the result for one file or upload. */
export interface ErrorMessage {
  readonly error: {
    readonly code: string
    readonly message: string
    /** The call's id, which also appears in the signer's events and logs. */
    readonly id?: string
    readonly details?: ErrorDetails
  }
}

/**
 * Response to `POST B`, in the order of the request's files. If one file is refused, the others are
 * still granted.
 */
export interface CreateResponse {
  readonly uploads: readonly (UploadGrant | ErrorMessage)[]
}

/** Sent with every call after create. */
export interface UploadReference {
  readonly waybill: string
  /** Required for strategy `multipart`. */
  readonly uploadId?: string
}

/** Body of `POST B/parts`. The response is a `PartWindowMessage`. */
export interface PartsRequest extends UploadReference {
  readonly uploadId: string
  /** The first part number; part numbers start at 1. */
  readonly from: number
  /** Number of parts, 1 to 10,000. The response never extends past the last part. */
  readonly count: number
  /**
   * Requests URLs with the bucket's second host name. Not every bucket has one, so check the
   * response's `secondHost`.
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
   * The whole object's CRC64NVME in base64, which the client calculates while sending. Only for
   * strategy `multipart`.
   */
  readonly crc64nvme?: string
}

/** Response to `POST B/complete`. */
export interface CompleteResponse<Result = unknown> {
  readonly key: string
  /** In bytes. */
  readonly size: number
  readonly etag: string
  /** The version that was verified, if the bucket has versioning. */
  readonly versionId?: string
  readonly checksum?: ObjectChecksum
  /** The checksum that was compared with the client's, or `size` if the store returned none. */
  readonly verifiedBy: 'SHA256' | 'CRC64NVME' | 'size'
  /**
   * A sealed description of the stored object, for the application's own server. A form submits the
   * receipt, and `readReceipt` reads it. `waybill/signer` always returns one; other signers may
   * omit it.
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
 * Body of `POST B/complete` for several uploads, so that many small files need only one call. It
 * contains 1 to 100 uploads of one owner and is up to 256 KB long.
 */
export interface CompleteManyRequest {
  readonly uploads: readonly CompleteRequest[]
}

/**
 * Response to `POST B/complete` for several uploads, in the order of the request. If one upload
 * fails, the others are still completed.
 */
export interface CompleteManyResponse<Result = unknown> {
  readonly uploads: readonly (CompleteResponse<Result> | ErrorMessage)[]
}

/** Response to `GET B`. */
export interface FormResponse {
  readonly presignedPost: PresignedPostMessage
}

/** How a browser treats a linked file: `attachment` downloads it, `inline` displays it. */
export type Disposition = 'attachment' | 'inline'

/** Body of `POST B/link`. */
export interface LinkRequest {
  /** From the response to `complete`. */
  readonly receipt: string
  /**
   * `inline` works only for images, audio, video, plain text and PDF. All other files are
   * downloaded.
   * @default 'attachment'
   */
  readonly disposition?: Disposition
}

/** Response to `POST B/link`. */
export interface LinkResponse {
  /** A presigned URL. Anyone who has the URL can read the object until it expires. */
  readonly url: string
  /** When the URL expires, in ISO 8601. */
  readonly expiration: string
}

/** Body of `POST B/remove`. */
export interface RemoveRequest {
  /** From the response to `complete`. */
  readonly receipt: string
}

/**
 * Identifies a stored object by its key, in the body of `POST B/link`, `/remove`, `/verdict` and
 * `/claim`. Only for callers whose token has the scope `backend`.
 */
export interface ObjectKeyRequest {
  /** The rule under which the object was uploaded. Optional if the signer has only one rule. */
  readonly rule?: string
  readonly key: string
  /** @default the newest version */
  readonly versionId?: string
}

/** Body of `POST B/claim`. Only for callers whose token has the scope `backend`. */
export type ClaimRequest = RemoveRequest | ObjectKeyRequest

/**
 * Response to `POST B/claim`: what is in the receipt, with `lastModified` in ISO 8601, or where the
 * object is if the request named its key.
 */
export interface ClaimResponse {
  readonly bucket: string
  readonly key: string
  readonly versionId?: string
}

/** Response to `POST B/remove`, even if the object was already gone. */
export interface RemoveResponse {
  /** Number of versions that this call removed; 0 if the object was already gone. */
  readonly removed: number
}

/**
 * What a rule allows, for a page to use before the user picks a file. Details that not every caller
 * is allowed to know are missing.
 */
export interface RuleHints {
  /** Content types in lower case: exact, or `image/*`. */
  readonly types: readonly string[]
  /** Value for `<input accept>`; empty if every type is allowed. */
  readonly accept: string
  /** In bytes. */
  readonly maxSize: number
  /** In bytes. */
  readonly minSize: number
  /** Whether the signer creates links to objects stored under this rule. */
  readonly read: boolean
  /** Whether the signer removes objects stored under this rule. */
  readonly remove: boolean
  /** Missing if the rule has no quota. */
  readonly quota?: QuotaHints
}

/** A rule's quota, and how much of it the caller has left. */
export interface QuotaHints extends CheckedQuota {
  /**
   * How much the caller can still upload. Missing if the signer could not read the count, and in
   * the result of `signer.describe()`, which has no caller.
   */
  readonly remaining?: QuotaRemaining
}

/** What is left of a quota. A property is missing if the quota does not limit it. */
export interface QuotaRemaining {
  readonly files?: number
  /** In bytes. */
  readonly size?: number
  /** When the next period begins and the full quota is available again, in ISO 8601. */
  readonly until: string
}

/** Response to `GET B/rules`: the rules that the caller is allowed to use, by name. */
export interface RulesResponse {
  /** The signer's version of Waybill. Missing before 0.1.0. */
  readonly version?: string
  readonly rules: Readonly<Record<string, RuleHints>>
}
