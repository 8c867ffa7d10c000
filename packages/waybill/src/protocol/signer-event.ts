/**
 * The events that signer and arrival pass to `onEvent`: one for each grant, completion, refusal and
 * verdict, and for each link and removal of a stored object.
 *
 * Logs, audit trails and metrics depend on this shape, so it is a contract: members may be added,
 * but never change their meaning.
 *
 * An event never contains a secret, signature, waybill, URL, metadata, or the name or path of a
 * file. It does contain the object key, including whatever the rule's `key` function puts there.
 *
 * @module
 */

import type { UploadErrorCode } from './upload-error.ts'

/** Members common to all events. Which ones are known depends on how far a call came. */
interface SignerEventMembers {
  readonly at: Date
  /**
   * Id of the call to the signer; refusals have it in their response too, as `error.id`. Missing if
   * there is no such call: for verdicts, and when the application itself calls the signer.
   */
  readonly id?: string
  /** Name of the upload rule. */
  readonly rule?: string
  /**
   * Owner of the upload, as returned by `authorize`. It may identify a person: protect logs of
   * events accordingly.
   */
  readonly owner?: string
  /** Object key. */
  readonly key?: string
  /** In bytes. */
  readonly size?: number
  /** Lower case, without parameters. */
  readonly contentType?: string
}

/** The signer has signed an upload of one file. */
export interface GrantEvent extends SignerEventMembers {
  readonly type: 'grant'
  /**
   * `form` is `GET`, for a client that declares neither size nor hash of its file; `create` is
   * `POST`.
   */
  readonly call: 'form' | 'create'
  readonly rule: string
  readonly key: string
  readonly contentType: string
  readonly strategy: 'post' | 'put' | 'multipart'
  /** For a form without a size: the maximum it may store, in bytes. `size` is then missing. */
  readonly maxSize?: number
}

/**
 * An upload is complete: the object is in the bucket, matches what was signed, and `onComplete` has
 * run.
 *
 * Another instance may report the same upload again.
 */
export interface CompletionEvent extends SignerEventMembers {
  readonly type: 'completion'
  readonly rule: string
  readonly key: string
  readonly size: number
  readonly contentType: string
  readonly strategy: 'post' | 'put' | 'multipart'
  /** Present in a bucket with versioning. */
  readonly versionId?: string
  /** As S3 writes it, with quotes. */
  readonly etag: string
  /** How the content was compared. */
  readonly verifiedBy: 'SHA256' | 'CRC64NVME' | 'size'
  /**
   * From the grant to this completion; missing if the waybill does not record when it was granted.
   */
  readonly secondsSinceGrant?: number
}

/** The calls of the wire protocol. `unknown` is any other path or method. */
export type SignerCall =
  | 'form'
  | 'rules'
  | 'create'
  | 'parts'
  | 'list'
  | 'complete'
  | 'abort'
  | 'link'
  | 'remove'
  | 'verdict'
  | 'unknown'

/**
 * The signer has refused a call, or one file or upload of a call. Its own failures (5xx) are
 * refusals too.
 */
export interface RefusalEvent extends SignerEventMembers {
  readonly type: 'refusal'
  readonly id: string
  readonly call: SignerCall
  readonly code: UploadErrorCode
  /** HTTP status of the code. */
  readonly status: number
}

/**
 * Arrival has judged a stored object. If the object's event is repeated, the object is judged
 * again.
 */
export interface VerdictEvent extends SignerEventMembers {
  readonly type: 'verdict'
  readonly key: string
  /** In bytes, as stored. */
  readonly size: number
  /** `not-scanned` is not final: a required malware scan has not taken place yet. */
  readonly verdict: 'verified' | 'rejected' | 'not-scanned'
  /**
   * Why it was rejected (docs/reference/arrival.md), or why it was not scanned: GuardDuty's result,
   * or `AWAITED`.
   */
  readonly reason?: string
  /** Present in a bucket with versioning. */
  readonly versionId?: string
  /** Without quotes. */
  readonly etag: string
  /** From the grant to this verdict; missing if the waybill does not record when it was granted. */
  readonly secondsSinceGrant?: number
}

/** The signer has signed a URL for reading a stored object. Whether it was used is unknown. */
export interface LinkEvent extends SignerEventMembers {
  readonly type: 'link'
  readonly rule: string
  readonly key: string
  /** Present in a bucket with versioning. */
  readonly versionId?: string
  readonly size: number
  /**
   * The content type of the link's response; `application/octet-stream` for anything a browser
   * would run.
   */
  readonly contentType: string
  /** When the URL expires. */
  readonly expiration: Date
}

/** An object was removed. */
export interface RemovalEvent extends SignerEventMembers {
  readonly type: 'removal'
  readonly rule: string
  readonly key: string
  /** Number of versions removed; 1 in a bucket without versioning. */
  readonly versions: number
}

/** An event passed to `onEvent`; `type` tells them apart. */
export type SignerEvent =
  | GrantEvent
  | CompletionEvent
  | RefusalEvent
  | VerdictEvent
  | LinkEvent
  | RemovalEvent

/**
 * Receives the events of signer and arrival.
 *
 * It must return quickly: the signer waits for it, but not for a promise it returns. Errors it
 * throws go to `onError` and never change a response.
 */
export type OnSignerEvent = (event: SignerEvent) => unknown
