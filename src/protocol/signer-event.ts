/**
 * What signer and arrival tell `onEvent`: one event for each grant, completion, refusal and verdict. Logs, audit trails
 * and metrics are made of them, so this shape is a contract: members may be added, none changes its meaning.
 *
 * An event never holds a secret, a signature, a waybill, a URL, metadata or the name of a file. It holds the object key,
 * and so whatever the rule's own `key` function puts there.
 *
 * @module
 */

import type { UploadErrorCode } from './upload-error.ts'

/** What all events may say. Which of it is known depends on how far a call came. */
interface SignerEventMembers {
  readonly at: Date
  /** Name of the upload rule. */
  readonly rule?: string
  /** Owner of the upload, as `authorize` named it. It may be a person: treat a log of events accordingly. */
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
  /** `form` is `GET`, of a client that may know nothing of its file; `create` is `POST`. */
  readonly call: 'form' | 'create'
  readonly rule: string
  readonly key: string
  readonly contentType: string
  readonly strategy: 'post' | 'put' | 'multipart'
  /** Bytes that a form may store at most which was signed without a size; `size` is missing then. */
  readonly maxSize?: number
}

/**
 * The object is in the bucket, is what was signed, and the rule's `onComplete` has heard of it. Another instance may
 * tell of the same upload again.
 */
export interface CompletionEvent extends SignerEventMembers {
  readonly type: 'completion'
  readonly rule: string
  readonly key: string
  readonly size: number
  readonly contentType: string
  readonly strategy: 'post' | 'put' | 'multipart'
  /** In a bucket with versions. */
  readonly versionId?: string
  /** As S3 writes it. */
  readonly etag: string
  /** How the content was compared. */
  readonly verifiedBy: 'SHA256' | 'CRC64NVME' | 'size'
  /** From the grant to this completion, where the waybill says when it was granted. */
  readonly secondsSinceGrant?: number
}

/** The calls of the wire protocol; `unknown` is a path or a method that the signer does not have. */
export type SignerCall = 'form' | 'create' | 'parts' | 'list' | 'complete' | 'abort' | 'unknown'

/** A call, or one file or upload of a call, was answered with an error, the signer's own failures included (5xx). */
export interface RefusalEvent extends SignerEventMembers {
  readonly type: 'refusal'
  readonly call: SignerCall
  readonly code: UploadErrorCode
  /** HTTP status that goes with the code. */
  readonly status: number
}

/** Arrival has judged an object that landed. The same object is judged again when its event comes again. */
export interface VerdictEvent extends SignerEventMembers {
  readonly type: 'verdict'
  readonly key: string
  /** Bytes, as stored. */
  readonly size: number
  /** `not-scanned` is no verdict yet: a malware scan is required and has not taken place. */
  readonly verdict: 'verified' | 'rejected' | 'not-scanned'
  /** Why it was rejected (docs/arrival.md), or why it was not scanned: GuardDuty's result, or `AWAITED`. */
  readonly reason?: string
  /** In a bucket with versions. */
  readonly versionId?: string
  /** Unquoted. */
  readonly etag: string
  /** From the grant to this verdict, where the waybill says when it was granted. */
  readonly secondsSinceGrant?: number
}

/** What `onEvent` gets. */
export type SignerEvent = GrantEvent | CompletionEvent | RefusalEvent | VerdictEvent

/**
 * Hears of events. It is called at once and must return at once; a promise that it returns is not awaited. What it
 * throws goes to `onError` and changes no answer.
 */
export type OnSignerEvent = (event: SignerEvent) => unknown
