/**
 * What signer and arrival tell `onEvent`: one event for each grant, completion, refusal and
 * verdict, and for each link and removal of a stored object.
 *
 * Logs, audit trails and metrics depend on this shape, so it is a contract: members may be added,
 * and none changes its meaning.
 *
 * An event never holds a secret, a signature, a waybill, a URL, metadata, or the name or path of a
 * file. It holds the object key, with all that the rule's `key` function puts there.
 *
 * @module
 */

import type { UploadErrorCode } from './upload-error.ts'

/** Members of all events. How far a call came decides which of them are known. */
interface SignerEventMembers {
  readonly at: Date
  /**
   * Id of the call to the signer; refusals have it in their response, as `error.id`. Missing where
   * there is no such call: in verdicts, and in what the application itself asks the signer for.
   */
  readonly id?: string
  /** Name of the upload rule. */
  readonly rule?: string
  /**
   * Owner of the upload, as `authorize` returned it. It may name a person: protect logs of events
   * accordingly.
   */
  readonly owner?: string
  /** Object key. */
  readonly key?: string
  /** Bytes. */
  readonly size?: number
  /** Lower case, without parameters. */
  readonly contentType?: string
}

/** The signer has signed for one file. */
export interface GrantEvent extends SignerEventMembers {
  readonly type: 'grant'
  /**
   * `form` is `GET`, for a client that knows neither size nor hash of its file; `create` is `POST`.
   */
  readonly call: 'form' | 'create'
  readonly rule: string
  readonly key: string
  readonly contentType: string
  readonly strategy: 'post' | 'put' | 'multipart'
  /** For a form without a size: bytes that it may store at most. `size` is missing then. */
  readonly maxSize?: number
}

/**
 * An upload is complete: the object is in the bucket, is what was signed, and `onComplete` has run.
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
  /** In a bucket with versioning. */
  readonly versionId?: string
  /** As S3 writes it. */
  readonly etag: string
  /** How the content was compared. */
  readonly verifiedBy: 'SHA256' | 'CRC64NVME' | 'size'
  /**
   * From the grant to this completion; missing where the waybill does not say when it was granted.
   */
  readonly secondsSinceGrant?: number
}

/** The calls of the wire protocol. `unknown` is a path or method that the signer does not have. */
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
 * refusals, too.
 */
export interface RefusalEvent extends SignerEventMembers {
  readonly type: 'refusal'
  readonly id: string
  readonly call: SignerCall
  readonly code: UploadErrorCode
  /** HTTP status that goes with the code. */
  readonly status: number
}

/**
 * Arrival has judged an object that landed. When the event of the object comes again, the object is
 * judged again.
 */
export interface VerdictEvent extends SignerEventMembers {
  readonly type: 'verdict'
  readonly key: string
  /** Bytes, as stored. */
  readonly size: number
  /** `not-scanned` is not final: a malware scan is required and has not taken place. */
  readonly verdict: 'verified' | 'rejected' | 'not-scanned'
  /**
   * Why it was rejected (docs/reference/arrival.md), or why it was not scanned: the result of GuardDuty, or
   * `AWAITED`.
   */
  readonly reason?: string
  /** In a bucket with versioning. */
  readonly versionId?: string
  /** Unquoted. */
  readonly etag: string
  /** From the grant to this verdict; missing where the waybill does not say when it was granted. */
  readonly secondsSinceGrant?: number
}

/** The signer has signed a URL to read a stored object. Whether it was used is not known. */
export interface LinkEvent extends SignerEventMembers {
  readonly type: 'link'
  readonly rule: string
  readonly key: string
  /** In a bucket with versioning. */
  readonly versionId?: string
  readonly size: number
  /** The type that the link gives it; `application/octet-stream` for what a browser would run. */
  readonly contentType: string
  /** When the URL expires. */
  readonly expiration: Date
}

/** An object was removed. */
export interface RemovalEvent extends SignerEventMembers {
  readonly type: 'removal'
  readonly rule: string
  readonly key: string
  /** How many versions were removed; 1 in a bucket without versioning. */
  readonly versions: number
}

/** An event that `onEvent` gets; `type` says which. */
export type SignerEvent =
  | GrantEvent
  | CompletionEvent
  | RefusalEvent
  | VerdictEvent
  | LinkEvent
  | RemovalEvent

/**
 * A function that gets the events of signer and arrival.
 *
 * It must return quickly: the signer waits for it, but not for a promise that it returns. An error
 * that it throws goes to `onError` and changes no response.
 */
export type OnSignerEvent = (event: SignerEvent) => unknown
