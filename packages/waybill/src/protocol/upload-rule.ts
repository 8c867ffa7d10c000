/**
 * Upload rules: what a signer signs for, and what happens after an upload.
 *
 * The application writes them on its server. The types of `onComplete` reach the client through
 * `RuleName` and `RuleResult`.
 *
 * @module
 */

import type {
  Authorization,
  Authorize,
  PublicAuthorization,
  UnsureAuthorization,
} from './authorization.ts'
import type { Days } from './claim.ts'
import type { ObjectChecksum } from './messages.ts'
import type { Quota } from './quota.ts'
import type { SignerRequest } from './signer-request.ts'
import type { Size } from './size.ts'

/** A file that a rule has accepted. */
export interface AcceptedFile<A> {
  /** Made safe for a key, see `safeFileName`. */
  readonly name: string
  /**
   * The folders of the file in what the person chose, and its `name`: `album/trip/two.png`. Only
   * `name` when it has no folders. Each segment is made safe as a name is, so all of it can stand in
   * a key after `id`. At most 32 folders and 512 bytes: what lies deeper goes into the last folder
   * that fits.
   */
  readonly path: string
  /** Bytes; missing only in forms signed without a size. */
  readonly size?: number
  readonly type: string
  readonly metadata: Readonly<Record<string, string>>
  /** 128 random bits, 22 characters of `A–Z a–z 0–9 - _`. */
  readonly id: string
  readonly authorization: A
}

/** What `accept` of a rule is asked about. */
export interface AcceptQuestion<A, Context = unknown> {
  /** It passed `types`, `maxSize` and `minSize`. */
  readonly file: AcceptedFile<A>
  readonly authorization: A
  readonly request: SignerRequest
  /** What the application gave to `signer.fetch`. */
  readonly context: Context
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
  /** As `key` got it. If it did not fit into the waybill: `name`. */
  readonly path: string
  /** As `key` got it. */
  readonly id: string
  readonly metadata: Readonly<Record<string, string>>
  /**
   * What `authorize` returned for the call that completes the upload. Its owner is the owner of the
   * upload.
   */
  readonly authorization: A
}

/**
 * What every rule may say. `Seen` is the authorization that `accept`, `key` and `onComplete` get,
 * `Context` is what the application gives to `signer.fetch`.
 */
export interface RuleLimits<Seen, Result, Context = unknown> {
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
   * Says whether this one file may be uploaded, for what types and sizes cannot say: a name,
   * the state of an account. Runs after those checks and before `key`.
   *
   * Only `true` accepts. A text refuses with `FILE_REFUSED`; it is the error's message, for the
   * user: one line of at most 300 characters. `false` refuses without words.
   * @default - every file is accepted
   */
  readonly accept?: (
    question: AcceptQuestion<Seen, Context>,
  ) => boolean | string | Promise<boolean | string>
  /**
   * Chooses the object key. It must be new for each upload: include `file.id`.
   * @default `<id>/<name>`
   */
  readonly key?: (file: AcceptedFile<Seen>, context: Context) => string | Promise<string>
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
   * Whether the owner of a stored object gets a link to it (`POST B/link`). In a public rule, where
   * an upload may have no owner, `'receipt'` also gives one to each caller with the receipt.
   * @default false
   */
  readonly read?: boolean | 'receipt'
  /**
   * Whether the owner of a stored object may remove it (`POST B/remove`). `'receipt'` as in `read`.
   * @default false
   */
  readonly remove?: boolean | 'receipt'
  /**
   * How long an unclaimed object is kept, such as `'2 days'`: for forms that are never sent.
   * `signer.claim` claims it. The bucket must have the lifecycle rule, see docs/guide/deleting.md.
   * @default - objects stay
   */
  readonly claim?: Days
  /**
   * How much each owner may be granted in an hour, a day or a month, such as `{ files: 200, every:
   * 'day' }`. It is counted when it is granted, and refused with `QUOTA_EXCEEDED`. What is aborted
   * or removed is not given back. The signer needs `quotas`.
   *
   * In a public rule, all callers without an owner are counted together: one of them can use it up.
   * @default - no quota
   */
  readonly quota?: Quota
  /**
   * Runs when an upload has been completed and compared. The client gets its return value as
   * `result`.
   *
   * It may run again for the same key when a response was lost, so it must be idempotent.
   */
  readonly onComplete?: (
    upload: CompletedUpload<Seen>,
    context: Context,
  ) => Result | Promise<Result>
}

/** A rule with its own `authorize`. */
export interface AuthorizingRule<
  A extends Authorization = Authorization,
  Result = unknown,
  Seen = A,
  Context = unknown,
> extends RuleLimits<Seen, Result, Context> {
  /**
   * Says who is calling, or refuses. Runs on every call.
   * @default the signer's `authorize`
   */
  readonly authorize: Authorize<A, Context>
  readonly public?: false
}

/** A rule under which an upload needs no owner. */
export interface PublicRule<
  A extends PublicAuthorization = PublicAuthorization,
  Result = unknown,
  Seen = A,
  Context = unknown,
> extends RuleLimits<Seen, Result, Context> {
  /**
   * May still refuse, for a captcha or a rate limit. What it returns need not have an `owner`.
   * Every caller that presents the waybill of an upload without owner can continue it.
   * @default the signer's `authorize`; without one every caller is allowed
   */
  readonly authorize?: Authorize<A, Context>
  /** Uploads may have no owner. An `authorize` of the rule or of the signer still runs. */
  readonly public: true
}

/** A rule that uses the `authorize` of the signer. */
export interface DependentRule<
  A extends Authorization = Authorization,
  Result = unknown,
  Seen = A,
  Context = unknown,
> extends RuleLimits<Seen, Result, Context> {
  readonly authorize?: undefined
  readonly public?: false
}

// biome-ignore lint/suspicious/noExplicitAny: only `any` lets a record of rules be inferred
type AnySeen = any

/**
 * A rule as TypeScript infers it from a constant of its own: `'10 MB'` has become text, `true` a
 * boolean. What they really are is checked when the signer is created.
 */
type Widened<Rule> = Omit<
  Rule,
  'maxSize' | 'minSize' | 'form' | 'read' | 'remove' | 'claim' | 'quota'
> & {
  readonly maxSize: number | string
  readonly minSize?: number | string
  readonly form?: boolean | number | string
  readonly read?: boolean | string
  readonly remove?: boolean | string
  readonly claim?: string
  readonly quota?: {
    readonly files?: number
    readonly size?: number | string
    readonly every: string
  }
}

/** A rule, whatever its functions take and return. */
export type UploadRule =
  | (Widened<Omit<AuthorizingRule<Authorization, unknown, AnySeen, AnySeen>, 'authorize'>> & {
      readonly authorize: Authorize<UnsureAuthorization, AnySeen>
    })
  | Widened<PublicRule<PublicAuthorization, unknown, AnySeen, AnySeen>>
  | Widened<DependentRule<Authorization, unknown, AnySeen, AnySeen>>
  | (Widened<Omit<PublicRule<PublicAuthorization, unknown, AnySeen, AnySeen>, 'public'>> & {
      readonly public: boolean
    })

/** The rules of a signer by name: lower-case letters, digits, `-`. */
export type UploadRules = Readonly<Record<string, UploadRule>>

/**
 * Infers the types of a rule from its own functions: `accept`, `key` and `onComplete` get what
 * `authorize` returns, and all of them the context that one of them names.
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
export function uploadRule<
  A extends PublicAuthorization = PublicAuthorization,
  Result = undefined,
  Context = unknown,
>(rule: PublicRule<A, Result, A, Context>): PublicRule<A, Result, A, Context>
export function uploadRule<A extends Authorization, Result = undefined, Context = unknown>(
  rule: AuthorizingRule<A, Result, A, Context>,
): AuthorizingRule<A, Result, A, Context>
// A wrong rule with `authorize` reaches this last signature: the compiler's message is about it.
export function uploadRule<
  A extends Authorization = Authorization,
  Result = undefined,
  Context = unknown,
>(
  rule: RuleLimits<A, Result, Context> & {
    readonly authorize?: Authorize<Authorization, Context>
    readonly public?: boolean
  },
): DependentRule<A, Result, A, Context>
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
  NonNullable<Rules[Name]['onComplete']> extends (upload: never, context: never) => infer Result
    ? Awaited<Result>
    : undefined
