import type {
  Authorization,
  Authorize,
  PublicAuthorization,
  SignerRequest,
  UnsureAuthorization,
} from './authorization.ts'
import type { Days } from './claim.ts'
import type { ObjectChecksum } from './messages.ts'
import type { Quota } from './quota.ts'
import type { Size } from './size.ts'

/** A file that a rule has accepted. */
export interface AcceptedFile<A> {
  /** The file name, made safe for use in a key by `safeFileName`. */
  readonly name: string
  /**
   * The file's path within the folder that the user picked, such as `album/trip/two.png`, or `name`
   * if there are no folders. Each segment is made safe like `name`, so the whole path can follow
   * `id` in a key. A path has up to 32 folders and 512 bytes; deeper files are moved up to the last
   * folder that fits.
   */
  readonly path: string
  /** In bytes. Missing only for a form that is signed without a size. */
  readonly size?: number
  readonly type: string
  readonly metadata: Readonly<Record<string, string>>
  /** 128 random bits as 22 characters from `A–Z a–z 0–9 - _`. */
  readonly id: string
  readonly authorization: A
}

/** The argument of a rule's `accept`. */
export interface AcceptArguments<A, Context = unknown> {
  /** The file. It has already passed the `types`, `maxSize` and `minSize` checks. */
  readonly file: AcceptedFile<A>
  readonly authorization: A
  readonly request: SignerRequest
  /** The value that the application passed to `signer.fetch`. */
  readonly context: Context
}

/** A stored object that matches what was signed. */
export interface CompletedUpload<A> {
  readonly bucket: string
  readonly key: string
  /**
   * The version that was verified, if the bucket has versioning. If the key is overwritten, the new
   * bytes have another version.
   */
  readonly versionId?: string
  /** In bytes. */
  readonly size: number
  readonly type: string
  readonly etag: string
  /** The checksum that was compared. Missing if the store keeps none. */
  readonly checksum?: ObjectChecksum
  /** As passed to `key`, or the key's last segment if the name did not fit into the waybill. */
  readonly name: string
  /** As passed to `key`, or `name` if the path did not fit into the waybill. */
  readonly path: string
  /** As passed to `key`. */
  readonly id: string
  readonly metadata: Readonly<Record<string, string>>
  /**
   * What `authorize` returned for the call that completes the upload. Its `owner` is the upload's
   * owner.
   */
  readonly authorization: A
}

/**
 * Properties of every rule. `Seen` is the authorization that `accept`, `key` and `onComplete` get;
 * `Context` is what the application passes to `signer.fetch`.
 */
export interface RuleLimits<Seen, Result, Context = unknown> {
  /**
   * Content types in lower case, either exact or wildcards such as `image/*`. A wildcard does not
   * match executable content (HTML, SVG, XML, scripts, programs), so list such types by name.
   */
  readonly types: readonly string[]
  /** Maximum file size, in bytes or as `'100 MiB'`. */
  readonly maxSize: Size
  /** @default 0 */
  readonly minSize?: Size
  /**
   * Decides whether to accept a file by criteria other than type and size, such as its name or the
   * state of the caller's account. Runs after the type and size checks and before `key`.
   *
   * Only `true` accepts the file. A string refuses it with `FILE_REFUSED` and becomes the error
   * message for the user: one line of up to 300 characters. `false` refuses it without a message.
   * @default - every file is accepted
   */
  readonly accept?: (
    question: AcceptArguments<Seen, Context>,
  ) => boolean | string | Promise<boolean | string>
  /**
   * Returns the object key. It must be unique for each upload: include `file.id`.
   * @default `<id>/<name>`
   */
  readonly key?: (file: AcceptedFile<Seen>, context: Context) => string | Promise<string>
  /**
   * How long a signature is valid, from 1 to 604,800 seconds.
   * @default 300
   */
  readonly expiresInSeconds?: number
  /**
   * Whether `GET B` signs a form for clients that declare neither the file's size nor its hash.
   * Pass a size such as `'100 MiB'` to limit the file size for these forms; with `true`, the limit
   * is `maxSize`.
   * @default false
   */
  readonly form?: boolean | Size
  /**
   * Whether a presigned PUT requires the file's SHA-256. A presigned POST always requires it,
   * because S3 would otherwise accept other bytes with the same form. The only exceptions are forms
   * that `form` enables.
   * @default false
   */
  readonly requireSha256?: boolean
  /**
   * Whether the owner of a stored object can get a link to it (`POST B/link`). In a public rule,
   * whose uploads may have no owner, `'receipt'` also allows anyone who has the receipt.
   * @default false
   */
  readonly read?: boolean | 'receipt'
  /**
   * Whether the owner of a stored object can remove it (`POST B/remove`). `'receipt'` works as for
   * `read`.
   * @default false
   */
  readonly remove?: boolean | 'receipt'
  /**
   * How long to keep an object that the application has not claimed, such as `'2 days'`. Files from
   * forms that are never submitted then expire. Call `signer.claim` to claim an object. The bucket
   * needs a lifecycle rule: see docs/guide/deleting.md.
   * @default - objects are kept
   */
  readonly claim?: Days
  /**
   * How much each owner can upload per hour, day or month, such as `{ files: 200, every: 'day' }`.
   * The signer needs the `quotas` option.
   *
   * Uploads count when they are granted. Those beyond the quota are refused with `QUOTA_EXCEEDED`.
   * Aborting or removing an upload does not restore any quota. In a public rule, all callers
   * without an owner share one quota, so one of them can use it up.
   * @default - no quota
   */
  readonly quota?: Quota
  /**
   * Runs when an upload has been completed and verified. The client gets the return value as
   * `result`.
   *
   * It must be idempotent: if a response is lost, it may run again for the same key.
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
   * Identifies the caller or rejects the call. Runs on every call.
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
   * Can still reject a call, for example because of a captcha or a rate limit. Its return value
   * needs no `owner`. Anyone who presents the waybill of an upload without an owner can continue
   * that upload.
   * @default the signer's `authorize`; if there is none, every caller is allowed
   */
  readonly authorize?: Authorize<A, Context>
  /** Allows uploads without an owner. The rule's or signer's `authorize` still runs. */
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
 * A rule whose type was inferred from a separate constant: `'10 MB'` becomes `string`, and `true`
 * becomes `boolean`. `createSigner` checks the actual values.
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

/** Any rule, whatever its functions accept and return. */
export type UploadRule =
  | (Widened<Omit<AuthorizingRule<Authorization, unknown, AnySeen, AnySeen>, 'authorize'>> & {
      readonly authorize: Authorize<UnsureAuthorization, AnySeen>
    })
  | Widened<PublicRule<PublicAuthorization, unknown, AnySeen, AnySeen>>
  | Widened<DependentRule<Authorization, unknown, AnySeen, AnySeen>>
  | (Widened<Omit<PublicRule<PublicAuthorization, unknown, AnySeen, AnySeen>, 'public'>> & {
      readonly public: boolean
    })

/** A signer's rules by name. Names consist of lower-case letters, digits and `-`. */
export type UploadRules = Readonly<Record<string, UploadRule>>

/**
 * Infers a rule's types from its own functions: `accept`, `key` and `onComplete` get what
 * `authorize` returns, and every function gets the context type that one of them declares.
 *
 * A rule with neither `authorize` nor `public` uses the signer's `authorize`, so its functions get
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
// The compiler reports an invalid rule against the last overload. This one also allows `authorize`,
// so that the message is about the actual mistake.
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
 * The type of an upload's `result` under this rule; `undefined` if the rule has no `onComplete`.
 */
export type RuleResult<Rules extends UploadRules, Name extends RuleName<Rules>> =
  NonNullable<Rules[Name]['onComplete']> extends (upload: never, context: never) => infer Result
    ? Awaited<Result>
    : undefined

/**
 * The `context` that the application must pass to `signer.fetch`: the intersection of the `context`
 * types that the rules' functions declare, or `unknown` if none of them declares one.
 */
export type RuleContext<Rules extends UploadRules> = [
  { [Name in keyof Rules]: HooksWithContext<Rules[Name]> }[keyof Rules],
] extends [(context: infer Context) => void]
  ? Context
  : unknown

/**
 * A union with one function type per declared context. TypeScript infers the intersection of the
 * contexts from this union.
 */
type HooksWithContext<Rule extends UploadRule> =
  | TakesContext<SecondOf<NonNullable<Rule['authorize']>>>
  | TakesContext<SecondOf<NonNullable<Rule['key']>>>
  | TakesContext<SecondOf<NonNullable<Rule['onComplete']>>>
  | TakesContext<ContextOfQuestion<NonNullable<Rule['accept']>>>

/** A parameter of type `any` counts as undeclared. */
type TakesContext<Context> = (context: 0 extends 1 & Context ? unknown : Context) => void

type SecondOf<Hook> = Hook extends (first: never, second: infer Context) => unknown
  ? Context
  : unknown

type ContextOfQuestion<Hook> = Hook extends (question: infer Question) => unknown
  ? Question extends { readonly context: infer Context }
    ? Context
    : unknown
  : unknown
