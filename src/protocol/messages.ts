/**
 * The messages between client and signer, as they are on the wire (JSON). `parse-*.ts` lets them through.
 *
 * @module
 */

/** What the client says of a file before it may send it. */
export interface FileDescription {
  /** The file's own name; data, never a path. 1 to 1,024 characters. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** Content type; `application/octet-stream` when the browser knows none. */
  readonly type: string
  /** Base64 SHA-256 of the whole file, when the client has hashed it: pins the content. */
  readonly sha256?: string
  /** For the rule's `key` and `onComplete`; at most 16 entries, 1 KB in all. */
  readonly metadata?: Readonly<Record<string, string>>
}

/** `POST B` */
export interface CreateRequest {
  /** May be left out where the signer has one rule. */
  readonly rule?: string
  /** 1 to 100. */
  readonly files: readonly FileDescription[]
}

interface Granted {
  /** Opaque; presented on every later call. */
  readonly waybill: string
  readonly key: string
  /** ISO 8601; when the signatures in this answer stop working. */
  readonly expiration: string
}

/** Permission to send one file, and how. */
export type UploadGrant = PostGrant | PutGrant | MultipartGrant

export interface PostGrant extends Granted {
  readonly strategy: 'post'
  readonly presignedPost: PresignedPostMessage
}

export interface PutGrant extends Granted {
  readonly strategy: 'put'
  readonly url: string
  /** To be sent exactly. */
  readonly headers: Readonly<Record<string, string>>
}

export interface MultipartGrant extends Granted {
  readonly strategy: 'multipart'
  readonly uploadId: string
  /** Bytes in every part but the last. */
  readonly partSize: number
  /** The first window, so that sending starts without another call. */
  readonly parts: PartWindowMessage
}

export interface PresignedPostMessage {
  readonly url: string
  /** Append all, then the file as `file`, last. */
  readonly fields: Readonly<Record<string, string>>
}

/** See `PartWindow` in `s3/`; the same with its instant as text. */
export interface PartWindowMessage {
  readonly from: number
  readonly count: number
  readonly url: string
  readonly signatures: string
  readonly headers: Readonly<Record<string, string>>
  readonly expiration: string
}

export interface ErrorMessage {
  readonly error: { readonly code: string; readonly message: string }
}

/** In the order of the request's files; one refused file does not fail the others. */
export interface CreateResponse {
  readonly uploads: readonly (UploadGrant | ErrorMessage)[]
}

/** What every call after create carries. */
export interface UploadReference {
  readonly waybill: string
  /** With strategy `multipart`. */
  readonly uploadId?: string
}

/** `POST B/parts`, answered by a `PartWindowMessage` */
export interface PartsRequest extends UploadReference {
  readonly uploadId: string
  /** First part number, from 1. */
  readonly from: number
  /** 1 to 10,000; the window ends with the upload. */
  readonly count: number
}

/** `POST B/list` */
export interface ListResponse {
  readonly parts: readonly UploadedPart[]
}

export interface UploadedPart {
  readonly partNumber: number
  /** Bytes. */
  readonly size: number
  readonly etag: string
  /** Base64, where the store tells it. */
  readonly crc64nvme?: string
}

/** `POST B/complete` */
export interface CompleteRequest extends UploadReference {
  /** Base64 CRC64NVME of the whole object, as the client computed it while sending (strategy `multipart`). */
  readonly crc64nvme?: string
}

/** With what the rule's `onComplete` answered as `result`. JSON has no `undefined`. */
export type CompleteResponse<Result = unknown> = CompletedObject &
  (undefined extends Result ? { readonly result?: Result } : { readonly result: Result })

/** A checksum of a whole object, as S3 keeps it. */
export interface ObjectChecksum {
  readonly algorithm: 'SHA256' | 'CRC64NVME'
  /** Base64. */
  readonly value: string
}

interface CompletedObject {
  readonly key: string
  /** Bytes. */
  readonly size: number
  readonly etag: string
  /** In a bucket with versioning: the version that was compared. */
  readonly versionId?: string
  readonly checksum?: ObjectChecksum
  /** How the content was compared with what the client computed; `size` where the store could tell no more. */
  readonly verifiedBy: 'SHA256' | 'CRC64NVME' | 'size'
}

/**
 * `POST B/complete`, the other form: many small files in one call, since a call for each would cost more than they do.
 * 1 to 100 uploads of one rule's owner; the body may have 256 KB.
 */
export interface CompleteManyRequest {
  readonly uploads: readonly CompleteRequest[]
}

/** In the order of the request's uploads; one failure does not fail the others. */
export interface CompleteManyResponse<Result = unknown> {
  readonly uploads: readonly (CompleteResponse<Result> | ErrorMessage)[]
}

/** `GET B` */
export interface FormResponse {
  readonly presignedPost: PresignedPostMessage
}
