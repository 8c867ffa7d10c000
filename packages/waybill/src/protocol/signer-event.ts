/**
 * The events that the signer and the arrival handler pass to `onEvent`.
 *
 * Logs, audit trails and metrics depend on these events, so their shape is a contract. New
 * properties can be added, but existing ones never change their meaning.
 *
 * An event never contains a secret, signature, waybill, URL, metadata, or a file's name or path. It
 * does contain the object key, including whatever the rule's `key` function puts into it.
 *
 * @module
 */

import type { CALLS, Call } from './calls.ts'
import type { UploadErrorCode } from './upload-error.ts'

/** Properties of every event. Which ones are known depends on how far the call got. */
interface SignerEventMembers {
  readonly at: Date
  /**
   * The call's id. If the call is refused, the response contains it as `error.id`. Missing for
   * verdicts, and when the application itself calls the signer.
   */
  readonly id?: string
  /** Name of the upload rule. */
  readonly rule?: string
  /**
   * The upload's owner, as returned by `authorize`. It may identify a person, so protect logs of
   * these events accordingly.
   */
  readonly owner?: string
  /** Object key. */
  readonly key?: string
  /** In bytes. */
  readonly size?: number
  /** Lower case, without parameters. */
  readonly contentType?: string
}

/** The signer has authorized the upload of one file. */
export interface GrantEvent extends SignerEventMembers {
  readonly type: 'grant'
  /**
   * `form` for `GET B`, where the client declares neither the file's size nor its hash; `create`
   * for `POST B`.
   */
  readonly call: 'form' | 'create'
  readonly rule: string
  readonly key: string
  readonly contentType: string
  readonly strategy: 'post' | 'put' | 'multipart'
  /** Maximum file size in bytes. Only set for a form signed without a size, which has no `size`. */
  readonly maxSize?: number
}

/**
 * An upload is complete: the object is in the bucket, it matches what was signed, and `onComplete`
 * has run. If the client repeats the call, another signer instance may report the upload again.
 */
export interface CompletionEvent extends SignerEventMembers {
  readonly type: 'completion'
  readonly rule: string
  readonly key: string
  readonly size: number
  readonly contentType: string
  readonly strategy: 'post' | 'put' | 'multipart'
  /** Present if the bucket has versioning. */
  readonly versionId?: string
  /** As S3 writes it, with quotes. */
  readonly etag: string
  /** The checksum that was compared with the client's, or `size` if the store returned none. */
  readonly verifiedBy: 'SHA256' | 'CRC64NVME' | 'size'
  /** Seconds from the grant to this completion. Missing if the waybill contains no grant time. */
  readonly secondsSinceGrant?: number
}

/** The wire protocol's calls. `unknown` stands for any other path or method. */
export type SignerCall = (typeof CALLS)[Call] | 'unknown'

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
 * The arrival handler has checked a stored object. If S3 repeats its event about the object, the
 * handler checks the object again.
 */
export interface VerdictEvent extends SignerEventMembers {
  readonly type: 'verdict'
  readonly key: string
  /** In bytes, as stored. */
  readonly size: number
  /** `not-scanned` is not final: the object still awaits its malware scan. */
  readonly verdict: 'verified' | 'rejected' | 'not-scanned'
  /**
   * Why the object was rejected (see docs/reference/arrival.md), or why it was not scanned:
   * GuardDuty's result, or `AWAITED`.
   */
  readonly reason?: string
  /** Present if the bucket has versioning. */
  readonly versionId?: string
  /** Without quotes. */
  readonly etag: string
  /** Seconds from the grant to this verdict. Missing if the waybill contains no grant time. */
  readonly secondsSinceGrant?: number
}

/**
 * The signer has signed a URL for reading a stored object. It cannot tell whether anyone uses the
 * URL.
 */
export interface LinkEvent extends SignerEventMembers {
  readonly type: 'link'
  readonly rule: string
  readonly key: string
  /** Present if the bucket has versioning. */
  readonly versionId?: string
  readonly size: number
  /**
   * Content type of the link's response; `application/octet-stream` for types that a browser would
   * run.
   */
  readonly contentType: string
  /** When the URL expires. */
  readonly expiration: Date
}

/** The signer has removed a stored object. */
export interface RemovalEvent extends SignerEventMembers {
  readonly type: 'removal'
  readonly rule: string
  readonly key: string
  /** Number of versions removed; 1 in a bucket without versioning. */
  readonly versions: number
}

/** Any event passed to `onEvent`. Distinguish events by their `type`. */
export type SignerEvent =
  | GrantEvent
  | CompletionEvent
  | RefusalEvent
  | VerdictEvent
  | LinkEvent
  | RemovalEvent

/**
 * Receives the events from the signer and the arrival handler.
 *
 * It must return quickly, because the signer waits for it. A promise that it returns is not
 * awaited. Errors that it throws are passed to `onError` and never change a response.
 */
export type OnSignerEvent = (event: SignerEvent) => unknown
