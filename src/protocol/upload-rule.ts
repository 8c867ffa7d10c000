/**
 * Upload rules: what a signer will sign for, and what happens then. Written by the application, on its server; the
 * types of a rule's answers flow to the client through `RuleName` and `RuleResult`.
 *
 * @module
 */

import type { Authorization, Authorize, PublicAuthorization } from './authorization.ts'
import type { ObjectChecksum } from './messages.ts'
import type { Size } from './size.ts'

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

/** What every rule may say. `Seen` is the authorization that `key` and `onComplete` see. */
export interface RuleLimits<Seen, Result> {
  /** Content types, lower case: exact, or `image/*`. What may be run (HTML, SVG, XML, scripts, programs) only by its exact name. */
  readonly types: readonly string[]
  /** Largest file, in bytes or as `'100 MiB'`. */
  readonly maxSize: Size
  /** @default 0 */
  readonly minSize?: Size
  /**
   * Chooses the object key. It must be new for each upload: include `file.id`.
   * @default `<id>/<name>`
   */
  readonly key?: (file: AcceptedFile<Seen>) => string
  /** How long a signature works, 1 to 604,800 seconds. @default 300 */
  readonly expiresInSeconds?: number
  /**
   * Whether `GET` signs a form for the simplest of clients, which says neither size nor hash. A size such as
   * `'100 MiB'` bounds the forms of clients that do not say theirs; `true` leaves them all that `maxSize` allows.
   * @default false
   */
  readonly form?: boolean | Size
  /**
   * Whether a file that goes by a presigned PUT must come with its SHA-256, too. With a presigned POST it always must:
   * S3 would store other bytes under the same form. The forms of `form` are signed without.
   * @default false
   */
  readonly requireSha256?: boolean
  /**
   * Runs when an upload has been completed and compared. It may run again for the same key when an answer was lost,
   * and must then come to the same end. What it answers reaches the client as `result`.
   */
  readonly onComplete?: (upload: CompletedUpload<Seen>) => Result | Promise<Result>
}

/** A rule that says itself who may upload. */
export interface AuthorizingRule<
  A extends Authorization = Authorization,
  Result = unknown,
  Seen = A,
> extends RuleLimits<Seen, Result> {
  /**
   * Says who is calling, or refuses: on every call.
   * @default the signer's `authorize`
   */
  readonly authorize: Authorize<A>
  readonly public?: false
}

/** A rule under which a caller needs no name. */
export interface PublicRule<
  A extends PublicAuthorization = PublicAuthorization,
  Result = unknown,
  Seen = A,
> extends RuleLimits<Seen, Result> {
  /**
   * May still refuse, for a captcha or a rate limit. What it returns need have no `owner`; uploads without one can be
   * continued by each caller who presents their waybill.
   * @default the signer's `authorize`, or else every caller is let through
   */
  readonly authorize?: Authorize<A>
  /** Uploads may have no owner. It does not switch off an `authorize`, be it the rule's or the signer's. */
  readonly public: true
}

/** A rule that leaves it to the signer's `authorize` who may upload. */
export interface DependentRule<A extends Authorization = Authorization, Result = unknown, Seen = A>
  extends RuleLimits<Seen, Result> {
  readonly authorize?: undefined
  readonly public?: false
}

// biome-ignore lint/suspicious/noExplicitAny: hooks differ in what they take; `any` is how a record of them is inferred
type AnySeen = any

/** A rule as a signer takes it, whatever its hooks take and return. */
export type UploadRule =
  | AuthorizingRule<Authorization, unknown, AnySeen>
  | PublicRule<PublicAuthorization, unknown, AnySeen>
  | DependentRule<Authorization, unknown, AnySeen>

/** The rules of a signer by name: lower-case letters, digits, `-`. */
export type UploadRules = Readonly<Record<string, UploadRule>>

/**
 * Infers a rule's types from its own functions: what `authorize` returns is what `key` and `onComplete` get.
 *
 * A rule without `authorize` and `public` is one for a signer that has `authorize`; its hooks see an `owner`.
 */
export function uploadRule<A extends PublicAuthorization = PublicAuthorization, Result = undefined>(
  rule: PublicRule<A, Result>,
): PublicRule<A, Result>
export function uploadRule<A extends Authorization, Result = undefined>(
  rule: AuthorizingRule<A, Result>,
): AuthorizingRule<A, Result>
// A rule with `authorize` gets here only when that is wrong: the compiler's message is of this, the last signature.
export function uploadRule<A extends Authorization = Authorization, Result = undefined>(
  rule: RuleLimits<A, Result> & {
    readonly authorize?: Authorize
    readonly public?: boolean
  },
): DependentRule<A, Result>
export function uploadRule(rule: object): object {
  return rule
}

export type RuleName<Rules extends UploadRules> = Extract<keyof Rules, string>

/** What the client gets as `result` after an upload under that rule; `undefined` where it has no `onComplete`. */
export type RuleResult<Rules extends UploadRules, Name extends RuleName<Rules>> =
  NonNullable<Rules[Name]['onComplete']> extends (upload: never) => infer Result
    ? Awaited<Result>
    : undefined
