/**
 * The events that the signer and arrival pass to `onEvent`: one for each grant, completion, refusal
 * and verdict, and one for each link to a stored object and each removal.
 *
 * Logs, audit trails and metrics depend on the events, so their shape is a contract: members can be
 * added, but never change their meaning.
 *
 * An event never contains a secret, signature, waybill, URL, metadata, or a file's name or path. It
 * does contain the object key, including whatever the rule's `key` function puts into it.
 *
 * @module
 */

import type { UploadErrorCode } from './upload-error.ts'

/** Members common to all events. Which of them are known depends on how far the call got. */
interface SignerEventMembers {
  readonly at: Date
  /**
   * Id of the call to the signer. The response to a refused call contains it too, as `error.id`.
   * Missing if there is no such call: for verdicts, and when the application itself calls the
   * signer.
   */
  readonly id?: string
  /** Name of the upload rule. */
  readonly rule?: string
  /**
   * The upload's owner, as returned by `authorize`. It may identify a person, so protect logs of
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

/** The signer has signed the upload of one file. */
export interface GrantEvent extends SignerEventMembers {
  readonly type: 'grant'
  /**
   * `form` is `GET B`, for clients that declare neither the size nor the hash of their file;
   * `create` is `POST B`.
   */
  readonly call: 'form' | 'create'
  readonly rule: string
  readonly key: string
  readonly contentType: string
  readonly strategy: 'post' | 'put' | 'multipart'
  /** Maximum size in bytes of a form that was signed without a size. `size` is then missing. */
  readonly maxSize?: number
}

/**
 * An upload is complete: the object is in the bucket and matches what was signed, and `onComplete`
 * has run.
 *
 * If the call is repeated, another signer instance may report the same upload again.
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
  /** The checksum that was compared with the client's, or `size` if the store returned none. */
  readonly verifiedBy: 'SHA256' | 'CRC64NVME' | 'size'
  /**
   * Seconds from the grant to this completion. Missing if the waybill does not contain the time of
   * the grant.
   */
  readonly secondsSinceGrant?: number
}

/** The wire protocol's calls. `unknown` stands for any other path or method. */
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
 * The signer has refused a call, or one of the call's files or uploads. The signer's own failures
 * (5xx) count as refusals too.
 */
export interface RefusalEvent extends SignerEventMembers {
  readonly type: 'refusal'
  readonly id: string
  readonly call: SignerCall
  readonly code: UploadErrorCode
  /** The code's HTTP status. */
  readonly status: number
}

/**
 * Arrival has judged a stored object. If S3 delivers its event about the object again, arrival
 * judges the object again.
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
  /** Seconds from the grant to this verdict. Missing if the waybill contains no grant time. */
  readonly secondsSinceGrant?: number
}

/**
 * The signer has signed a URL for reading a stored object. It cannot tell whether anyone uses it.
 */
export interface LinkEvent extends SignerEventMembers {
  readonly type: 'link'
  readonly rule: string
  readonly key: string
  /** Present in a bucket with versioning. */
  readonly versionId?: string
  readonly size: number
  /**
   * The content type with which the link returns the object; `application/octet-stream` for types
   * that a browser would run.
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
 * Receives the events of the signer and arrival.
 *
 * It must return quickly, because the signer waits for it, though not for a promise that it
 * returns. Errors that it throws are passed to `onError` and never change a response.
 */
export type OnSignerEvent = (event: SignerEvent) => unknown
