/**
 * Upload rules: what a signer will sign for, and what happens then. Written by the application, on its server; the
 * types of a rule's answers flow to the client through `RuleName` and `RuleResult`.
 *
 * @module
 */

import type { ObjectChecksum } from './messages.ts'
import type { Size } from './size.ts'

/** An HTTP request as plain objects; what a rule sees of the call. */
export interface SignerRequest {
  readonly method: string
  /** Path below the signer's base URL: `''`, `/parts`, `/list`, `/complete` or `/abort`. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Text of a JSON body, if any. */
  readonly body?: string
}

export interface SignerResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Who is calling. What `authorize` answers is handed to `key` and `onComplete`. */
export interface Authorization {
  /** The caller's stable id. An upload belongs to it: nobody else may continue, complete or abort it. */
  readonly owner?: string
}

/** One file that a rule has accepted. */
export interface AcceptedFile<A> {
  /** Made safe for a key, see `safeFileName`. */
  readonly name: string
  /** Bytes; missing only in forms signed without a size. */
  readonly size?: number
  readonly type: string
  readonly metadata: Readonly<Record<string, string>>
  /** 128 random bits, 22 characters of `A–Z a–z 0–9 - _`. */
  readonly id: string
  readonly authorization: A
}

/** One object that is in the bucket as signed. */
export interface CompletedUpload<A> {
  readonly bucket: string
  readonly key: string
  /** In a bucket with versioning: the version that was compared. Other bytes under the same key have another. */
  readonly versionId?: string
  /** Bytes. */
  readonly size: number
  readonly type: string
  readonly etag: string
  /** The checksum that was compared; missing where the store keeps none. */
  readonly checksum?: ObjectChecksum
  /** As `key` got it; the last segment of the key where it did not fit into the waybill. */
  readonly name: string
  /** As `key` got it. */
  readonly id: string
  readonly metadata: Readonly<Record<string, string>>
  /** What `authorize` answered to the call that completes the upload. Its owner is the uploader's. */
  readonly authorization: A
}

export interface UploadRule<A extends Authorization = Authorization, Result = unknown> {
  /** Content types, lower case: exact, or `image/*`. HTML, SVG, XML and script only by their exact name. */
  readonly types: readonly string[]
  /** Largest file, in bytes or as `'100 MiB'`. */
  readonly maxSize: Size
  /** @default 0 */
  readonly minSize?: Size
  /**
   * Runs on every call. Answers who is calling; `false` (or a thrown `UploadError`) refuses.
   * @default everybody may, and uploads have no owner
   */
  readonly authorize?: (request: SignerRequest) => A | false | Promise<A | false>
  /**
   * Chooses the object key. It must be new for each upload: include `file.id`.
   * @default `<id>/<name>`
   */
  readonly key?: (file: AcceptedFile<A>) => string
  /** How long a signature works, 1 to 604,800 seconds. @default 300 */
  readonly expiresInSeconds?: number
  /**
   * Whether `GET` signs a form for the simplest of clients, which says neither size nor hash. A size such as
   * `'100 MiB'` bounds the forms of clients that do not say theirs; `true` leaves them all that `maxSize` allows.
   * @default false
   */
  readonly form?: boolean | Size
  /** Whether a file sent in one request must come with its SHA-256. @default false */
  readonly requireSha256?: boolean
  /**
   * Runs when an upload has been completed and compared. It may run again for the same key when an answer was lost,
   * and must then come to the same end. What it answers reaches the client as `result`.
   */
  readonly onComplete?: (upload: CompletedUpload<A>) => Result | Promise<Result>
}

/** The rules of a signer by name: lower-case letters, digits, `-`. */
// biome-ignore lint/suspicious/noExplicitAny: each rule has its own types; `any` is how a record of them is inferred
export type UploadRules = Readonly<Record<string, UploadRule<any, any>>>

/** Infers a rule's types from its own functions: what `authorize` answers is what `onComplete` gets. */
export function uploadRule<A extends Authorization, Result = undefined>(
  rule: UploadRule<A, Result>,
): UploadRule<A, Result> {
  return rule
}

export type RuleName<Rules extends UploadRules> = Extract<keyof Rules, string>

/** What the client gets as `result` after an upload under that rule; `undefined` where it has no `onComplete`. */
export type RuleResult<Rules extends UploadRules, Name extends RuleName<Rules>> =
  NonNullable<Rules[Name]['onComplete']> extends (upload: never) => infer Result
    ? Awaited<Result>
    : undefined
