/**
 * Upload rules: what a signer signs, and what happens after an upload.
 *
 * The application writes them on its server. The result types of `onComplete` reach the client
 * through `RuleName` and `RuleResult`.
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
  /** Made safe for use in a key, see `safeFileName`. */
  readonly name: string
  /**
   * The file's folders inside the folder the user picked, followed by `name`: `album/trip/two.png`.
   * Just `name` if there are no folders. Each segment is made safe like a name, so the whole path
   * can follow `id` in a key. Limited to 32 folders and 512 bytes: deeper files go into the last
   * folder that fits.
   */
  readonly path: string
  /** In bytes; missing only in forms signed without a size. */
  readonly size?: number
  readonly type: string
  readonly metadata: Readonly<Record<string, string>>
  /** 128 random bits, 22 characters from `A–Z a–z 0–9 - _`. */
  readonly id: string
  readonly authorization: A
}

/** The argument of a rule's `accept`. */
export interface AcceptQuestion<A, Context = unknown> {
  /** Has passed `types`, `maxSize` and `minSize`. */
  readonly file: AcceptedFile<A>
  readonly authorization: A
  readonly request: SignerRequest
  /** What the application passed to `signer.fetch`. */
  readonly context: Context
}

/** An object that is stored as signed. */
export interface CompletedUpload<A> {
  readonly bucket: string
  readonly key: string
  /**
   * In a bucket with versioning: the version that was verified. Other bytes under the same key have
   * another version.
   */
  readonly versionId?: string
  /** In bytes. */
  readonly size: number
  readonly type: string
  readonly etag: string
  /** The checksum that was compared; missing if the store keeps none. */
  readonly checksum?: ObjectChecksum
  /** As passed to `key`. If it did not fit into the waybill: the last segment of the key. */
  readonly name: string
  /** As passed to `key`. If it did not fit into the waybill: `name`. */
  readonly path: string
  /** As passed to `key`. */
  readonly id: string
  readonly metadata: Readonly<Record<string, string>>
  /**
   * What `authorize` returned for the call that completes the upload. Its owner is the owner of the
   * upload.
   */
  readonly authorization: A
}

/**
 * Members of every rule. `Seen` is the authorization that `accept`, `key` and `onComplete` get;
 * `Context` is what the application passes to `signer.fetch`.
 */
export interface RuleLimits<Seen, Result, Context = unknown> {
  /**
   * Content types in lower case: exact, or `image/*`. List executable content (HTML, SVG, XML,
   * scripts, programs) by its exact name.
   */
  readonly types: readonly string[]
  /** Maximum file size, in bytes or as `'100 MiB'`. */
  readonly maxSize: Size
  /** @default 0 */
  readonly minSize?: Size
  /**
   * Decides whether to accept this file by criteria other than type and size, such as its name or
   * the state of an account. Runs after those checks and before `key`.
   *
   * Only `true` accepts. A string refuses the file with `FILE_REFUSED` and becomes the error
   * message for the user: one line of up to 300 characters. `false` refuses it without a message.
   * @default - every file is accepted
   */
  readonly accept?: (
    question: AcceptQuestion<Seen, Context>,
  ) => boolean | string | Promise<boolean | string>
  /**
   * Returns the object key. It must be unique for each upload: include `file.id`.
   * @default `<id>/<name>`
   */
  readonly key?: (file: AcceptedFile<Seen>, context: Context) => string | Promise<string>
  /**
   * How long a signature is valid, 1 to 604,800 seconds.
   * @default 300
   */
  readonly expiresInSeconds?: number
  /**
   * Whether `GET` signs a form for clients that declare neither size nor hash. A size such as `'100
   * MiB'` limits these forms; `true` allows `maxSize`.
   * @default false
   */
  readonly form?: boolean | Size
  /**
   * Whether a presigned PUT requires the file's SHA-256. A presigned POST always does, because S3
   * would otherwise store other bytes with the same form. The forms enabled by `form` are signed
   * without it.
   * @default false
   */
  readonly requireSha256?: boolean
  /**
   * Whether the owner of a stored object gets a link to it (`POST B/link`). In a public rule, where
   * uploads may have no owner, `'receipt'` also gives one to anyone with the receipt.
   * @default false
   */
  readonly read?: boolean | 'receipt'
  /**
   * Whether the owner of a stored object may remove it (`POST B/remove`). `'receipt'` works as in
   * `read`.
   * @default false
   */
  readonly remove?: boolean | 'receipt'
  /**
   * How long to keep an unclaimed object, such as `'2 days'`: for forms that are never submitted.
   * `signer.claim` claims it. The bucket needs the lifecycle rule, see docs/guide/deleting.md.
   * @default - objects are kept
   */
  readonly claim?: Days
  /**
   * How much each owner may upload per hour, day or month, such as `{ files: 200, every: 'day' }`.
   * Uploads count when they are granted and are refused with `QUOTA_EXCEEDED`. Aborting or removing
   * one gives nothing back. The signer needs `quotas`.
   *
   * In a public rule, all callers without an owner share one quota: one of them can use it up.
   * @default - no quota
   */
  readonly quota?: Quota
  /**
   * Runs when an upload has been completed and verified. The client gets its return value as
   * `result`.
   *
   * It may run again for the same key if a response was lost, so it must be idempotent.
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
   * Identifies the caller or refuses the call. Runs on every call.
   * @default the signer's `authorize`
   */
  readonly authorize: Authorize<A, Context>
  readonly public?: false
}

/** A rule whose uploads need no owner. */
export interface PublicRule<
  A extends PublicAuthorization = PublicAuthorization,
  Result = unknown,
  Seen = A,
  Context = unknown,
> extends RuleLimits<Seen, Result, Context> {
  /**
   * May still refuse a call, for a captcha or a rate limit. Its return value needs no `owner`.
   * Anyone who presents the waybill of an upload without an owner can continue it.
   * @default the signer's `authorize`; if there is none, every caller is allowed
   */
  readonly authorize?: Authorize<A, Context>
  /** Allows uploads without an owner. An `authorize` of the rule or the signer still runs. */
  readonly public: true
}

/** A rule that uses the signer's `authorize`. */
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
 * A rule as TypeScript infers it from a separate constant: `'10 MB'` has become `string`, `true`
 * has become `boolean`. The actual values are checked when the signer is created.
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

/** Any rule, whatever its functions take and return. */
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
 * `authorize` returns, and all of them get the context that one of them declares.
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
// An invalid rule with `authorize` reaches this last overload, so the compiler's message is about
// it.
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

/** The names of a signer's rules. */
export type RuleName<Rules extends UploadRules> = Extract<keyof Rules, string>

/**
 * What the client gets as `result` of an upload under that rule; `undefined` if the rule has no
 * `onComplete`.
 */
export type RuleResult<Rules extends UploadRules, Name extends RuleName<Rules>> =
  NonNullable<Rules[Name]['onComplete']> extends (upload: never, context: never) => infer Result
    ? Awaited<Result>
    : undefined
