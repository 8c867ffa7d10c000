/**
 * Upload rules: what a signer signs for, and what happens after an upload.
 *
 * The application writes them on its server. The types of `onComplete` reach the client through
 * `RuleName` and `RuleResult`.
 *
 * @module
 */

import type { Authorization, Authorize, PublicAuthorization } from './authorization.ts'
import type { ObjectChecksum } from './messages.ts'
import type { Size } from './size.ts'

/** A file that a rule has accepted. */
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

/** An object that is in the bucket as signed. */
export interface CompletedUpload<A> {
  readonly bucket: string
  readonly key: string
  /**
   * In a bucket with versioning: the version that was compared. Other bytes under the same key have
   * another version.
   */
  readonly versionId?: string
  /** Bytes. */
  readonly size: number
  readonly type: string
  readonly etag: string
  /** The checksum that was compared; missing where the store keeps none. */
  readonly checksum?: ObjectChecksum
  /** As `key` got it. If it did not fit into the waybill: the last segment of the key. */
  readonly name: string
  /** As `key` got it. */
  readonly id: string
  readonly metadata: Readonly<Record<string, string>>
  /**
   * What `authorize` returned for the call that completes the upload. Its owner is the owner of the
   * upload.
   */
  readonly authorization: A
}

/** What every rule may say. `Seen` is the authorization that `key` and `onComplete` get. */
export interface RuleLimits<Seen, Result> {
  /**
   * Content types in lower case: exact, or `image/*`. Content that may be run (HTML, SVG, XML,
   * scripts, programs) only by its exact name.
   */
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
  /**
   * How long a signature is valid, 1 to 604,800 seconds.
   * @default 300
   */
  readonly expiresInSeconds?: number
  /**
   * Whether `GET` signs a form for clients that say neither size nor hash. A size such as
   * `'100 MiB'` limits these forms; `true` allows `maxSize`.
   * @default false
   */
  readonly form?: boolean | Size
  /**
   * Whether a presigned PUT requires the SHA-256 of the file. A presigned POST always does, because
   * S3 would store other bytes under the same form. The forms of `form` are signed without it.
   * @default false
   */
  readonly requireSha256?: boolean
  /**
   * Runs when an upload has been completed and compared. The client gets its return value as
   * `result`.
   *
   * It may run again for the same key when a response was lost, so it must be idempotent.
   */
  readonly onComplete?: (upload: CompletedUpload<Seen>) => Result | Promise<Result>
}

/** A rule with its own `authorize`. */
export interface AuthorizingRule<
  A extends Authorization = Authorization,
  Result = unknown,
  Seen = A,
> extends RuleLimits<Seen, Result> {
  /**
   * Says who is calling, or refuses. Runs on every call.
   * @default the signer's `authorize`
   */
  readonly authorize: Authorize<A>
  readonly public?: false
}

/** A rule whose callers need no name. */
export interface PublicRule<
  A extends PublicAuthorization = PublicAuthorization,
  Result = unknown,
  Seen = A,
> extends RuleLimits<Seen, Result> {
  /**
   * May still refuse, for a captcha or a rate limit. What it returns need not have an `owner`.
   * Every caller that presents the waybill of an upload without owner can continue it.
   * @default the signer's `authorize`; without one every caller is allowed
   */
  readonly authorize?: Authorize<A>
  /** Uploads may have no owner. An `authorize` of the rule or of the signer still runs. */
  readonly public: true
}

/** A rule that uses the `authorize` of the signer. */
export interface DependentRule<A extends Authorization = Authorization, Result = unknown, Seen = A>
  extends RuleLimits<Seen, Result> {
  readonly authorize?: undefined
  readonly public?: false
}

// biome-ignore lint/suspicious/noExplicitAny: only `any` lets a record of rules be inferred
type AnySeen = any

/** A rule, whatever its functions take and return. */
export type UploadRule =
  | AuthorizingRule<Authorization, unknown, AnySeen>
  | PublicRule<PublicAuthorization, unknown, AnySeen>
  | DependentRule<Authorization, unknown, AnySeen>

/** The rules of a signer by name: lower-case letters, digits, `-`. */
export type UploadRules = Readonly<Record<string, UploadRule>>

/**
 * Infers the types of a rule from its own functions: `key` and `onComplete` get what `authorize`
 * returns.
 *
 * A rule without `authorize` and `public` is for a signer that has `authorize`; its functions get
 * an `owner`.
 *
 * @example
 * ```ts
 * const video = uploadRule({
 *   types: ['video/*'],
 *   maxSize: '2 GiB',
 *   authorize: async (request) => {
 *     const user = await userOf(request.headers.cookie)
 *     return user ? { owner: user.id } : false
 *   },
 *   key: (file) => `videos/${file.authorization.owner}/${file.id}`,
 *   onComplete: async ({ key, authorization }) => {
 *     return { id: await addVideo(authorization.owner, key) }
 *   },
 * })
 * ```
 */
export function uploadRule<A extends PublicAuthorization = PublicAuthorization, Result = undefined>(
  rule: PublicRule<A, Result>,
): PublicRule<A, Result>
export function uploadRule<A extends Authorization, Result = undefined>(
  rule: AuthorizingRule<A, Result>,
): AuthorizingRule<A, Result>
// A wrong rule with `authorize` reaches this last signature: the compiler's message is about it.
export function uploadRule<A extends Authorization = Authorization, Result = undefined>(
  rule: RuleLimits<A, Result> & {
    readonly authorize?: Authorize
    readonly public?: boolean
  },
): DependentRule<A, Result>
export function uploadRule(rule: object): object {
  return rule
}

/** The names of the rules of a signer. */
export type RuleName<Rules extends UploadRules> = Extract<keyof Rules, string>

/**
 * What the client gets as `result` after an upload under that rule; `undefined` when the rule has
 * no `onComplete`.
 */
export type RuleResult<Rules extends UploadRules, Name extends RuleName<Rules>> =
  NonNullable<Rules[Name]['onComplete']> extends (upload: never) => infer Result
    ? Awaited<Result>
    : undefined
