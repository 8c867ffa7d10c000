/**
 * The options of `createSigner`, and their checks. The compiler checks that each rule says who can
 * upload, and that sizes have valid units.
 *
 * It cannot check rules in a separate constant, because they lose their literal types: `'10 MB'`
 * becomes `string`. `createSigner` checks such rules at run time.
 *
 * @module
 */

import type { BucketLocation, CredentialsProvider } from 'waybill-s3'
import type { Authorization, Authorize, UnsureAuthorization } from '../../protocol/authorization.ts'
import { checkMembers } from '../../protocol/json-value.ts'
import type { ObjectDefaults } from '../../protocol/object-defaults.ts'
import type { OnSignerEvent } from '../../protocol/signer-event.ts'
import type { Size } from '../../protocol/size.ts'
import type { UploadRule, UploadRules } from '../../protocol/upload-rule.ts'
import type { SecretProvider } from '../../seal/secret.ts'
import type { ServerEffects } from '../../storage/server-effects.ts'
import type { QuotaStore } from '../quota/quota-store.ts'

/** Options for `createSigner`. */
export interface SignerOptions<Rules extends UploadRules = UploadRules, Context = unknown>
  extends BucketLocation {
  /**
   * Credentials for the signatures that clients get and, unless `serverCredentials` is set, for the
   * signer's own calls to S3. They need permission to put objects.
   *
   * Accepts an AWS SDK credential provider such as `fromNodeProviderChain()`. Credentials that a
   * function returns are cached until five minutes before their `expiration`. If they have no
   * expiration, the function is called every time.
   */
  readonly credentials: CredentialsProvider
  /**
   * Credentials for the signer's own calls to S3, such as HEAD requests, lists and completions.
   * `credentials` then only need permission to put objects. Required for stores that do not enforce
   * signed headers; see docs/guide/stores.md.
   * @default the same as `credentials`
   */
  readonly serverCredentials?: CredentialsProvider
  /**
   * Seals the waybills. Use random text of at least 32 characters, the same for every signer
   * instance. If you pass several secrets, the first one seals new waybills, and waybills sealed
   * with any of them are accepted, so you can rotate the secret while uploads are in flight.
   * `undefined` entries are ignored, so you can pass variables from `process.env` directly, but at
   * least one secret must be set.
   *
   * The secret can also be a function, which may be async. It is called for every request, not at
   * import, so a module that creates a signer can be loaded without the secret (for example by
   * `next build`). Derived keys are cached until the secret changes. If the function fails, the
   * response is 503 `SIGNER_UNAVAILABLE`, and the error goes to `onError`.
   */
  readonly secret: SecretProvider
  readonly rules: Rules
  /**
   * Prefix of all object keys, such as `uploads/`. It is added to every key that does not already
   * start with it. Pass the same prefix to `createArrival`, because waybills are sealed for one
   * bucket, region and prefix.
   * @default ''
   */
  readonly prefix?: string
  /**
   * Authorizes calls for rules that have no `authorize` of their own. If this option is missing
   * too, such a rule must have `public: true`.
   */
  readonly authorize?: Authorize<Authorization, Context>
  /**
   * The origins whose pages can call the signer. Pass a list of exact origins such as
   * `https://app.example.com`, or a function that returns `true` for an allowed origin. The
   * function gets the string `null` for pages without an origin, and must not return a promise.
   *
   * Use `[]` if a proxy in front of the signer sets the CORS headers, because browsers reject a
   * response with two `Access-Control-Allow-Origin` headers. Pages from other origins then cannot
   * request forms (`GET` on the base URL).
   */
  readonly allowedOrigins: readonly string[] | ((origin: string) => boolean)
  /**
   * Whether pages from these origins can send cookies.
   * @default false
   */
  readonly allowCredentials?: boolean
  /**
   * How a file is sent in a single request: `post` uses a form with a POST policy, `put` a
   * presigned PUT. Use `put` for stores without POST policies.
   * @default 'post', except for hosted stores such as Cloudflare R2: see docs/guide/stores.md
   */
  readonly singleRequest?: 'post' | 'put'
  /**
   * Whether large files are sent in parts. Use `false` for stores without multipart uploads.
   * @default true
   */
  readonly multipart?: boolean
  /**
   * Whether the store supports `If-None-Match` on writes. Use `false` for stores that reject the
   * header, such as Swift. A presigned PUT could then be repeated with different bytes, so the
   * signer presigns PUTs only for files whose SHA-256 the client sends.
   * @default true, except for hosted stores such as Backblaze B2: see docs/guide/stores.md
   */
  readonly conditionalWrites?: boolean
  /**
   * Whether the store supports `x-amz-checksum-sha256` on forms and PUTs. Use `false` for stores
   * that reject it, such as Backblaze B2 with forms. Clients must still send the SHA-256, but only
   * the arrival handler compares it, for objects up to 64 MiB. `complete` then compares only the
   * size.
   * @default true
   */
  readonly additionalChecksums?: boolean
  /**
   * Whether each new object gets the tag `waybill=pending`, which the arrival handler replaces with
   * its verdict. A lifecycle rule can then expire objects that were never checked. `credentials`
   * need the `s3:PutObjectTagging` permission. Not all stores support tags.
   * @default false
   */
  readonly pendingTag?: boolean
  /**
   * Headers and tags for each new object: encryption, storage class, tags and Cache-Control.
   * Clients can neither omit nor change them.
   * @default - the bucket's settings
   */
  readonly objectDefaults?: ObjectDefaults
  /**
   * Whether links and claims require that the arrival handler has verified the object. Before that,
   * they fail with `OBJECT_NOT_VERIFIED`.
   * @default the same as `pendingTag`
   */
  readonly verifiedOnly?: boolean
  /**
   * Signs URLs for a CDN that has its own signatures; see `cloudFrontUrls`. Called by `downloadUrl`
   * and `POST /link`. The CDN must forward the URL's query to S3. Otherwise a browser may run
   * uploaded content.
   * @default a presigned S3 URL, signed with `serverCredentials`
   */
  readonly signDownload?: SignDownload
  /**
   * Counts grants for rules with a `quota`, which require this option. Use `memoryQuotas()` for a
   * single process, `dynamoQuotas(…)` for several, or your own store.
   * @default - rules cannot have a quota
   */
  readonly quotas?: QuotaStore
  /**
   * Files larger than this are sent in parts.
   * @default '16 MiB'
   */
  readonly multipartThreshold?: Size
  /**
   * Size of every part except the last, at least 5 MiB. The signer uses larger parts if the file
   * would otherwise need more than 10,000 parts.
   * @default 5 to 16 MiB, depending on the file size
   */
  readonly partSize?: Size
  /**
   * How long a waybill is valid, in seconds, and therefore how long an upload can be resumed.
   * @default 604800 (one week)
   */
  readonly waybillExpiresInSeconds?: number
  /**
   * Time limit for each attempt to call S3, in milliseconds. Completing a multipart upload gets six
   * times as long.
   * @default 10000
   */
  readonly requestTimeoutMs?: number
  /**
   * Maximum number of attempts per call to S3.
   * @default 4
   */
  readonly maxAttempts?: number
  /**
   * Called with errors whose details are hidden from callers: errors from rules, from S3 and from
   * the signer itself. `call.id` is the `error.id` in the response. `call` is missing if the error
   * occurred outside a call.
   * @default prints the error with `console.error`
   */
  readonly onError?: (error: unknown, call?: { readonly id: string }) => void
  /**
   * Called with an event for each grant, completion, rejected call, link and removal, for audit
   * trails or metrics. It is not awaited. Errors that it throws go to `onError`.
   * @default - no events
   */
  readonly onEvent?: OnSignerEvent
  /** @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch
  /**
   * Replaces the clock, randomness, timers and hashing in tests.
   * @default the platform's
   */
  readonly effects?: Partial<ServerEffects>
}

/** The object to sign a URL for, and the response headers that S3 must send. */
export interface DownloadToSign {
  readonly key: string
  /**
   * Unencoded query parameters for S3: `response-content-type`, `response-content-disposition` and,
   * in a bucket with versioning, `versionId`. The signature must cover them, and the CDN must pass
   * them to S3.
   */
  readonly query: Readonly<Record<string, string>>
  /** The URL must not work after this time. */
  readonly expiration: Date
}

/** Returns a signed URL for one object. `cloudFrontUrls` creates such a function. */
export type SignDownload = (download: DownloadToSign) => string | Promise<string>

const OPTIONS: Readonly<Record<keyof SignerOptions, 0>> = {
  bucket: 0,
  region: 0,
  endpoint: 0,
  addressing: 0,
  credentials: 0,
  serverCredentials: 0,
  secret: 0,
  rules: 0,
  prefix: 0,
  authorize: 0,
  allowedOrigins: 0,
  allowCredentials: 0,
  singleRequest: 0,
  multipart: 0,
  multipartThreshold: 0,
  partSize: 0,
  conditionalWrites: 0,
  additionalChecksums: 0,
  pendingTag: 0,
  objectDefaults: 0,
  verifiedOnly: 0,
  signDownload: 0,
  quotas: 0,
  waybillExpiresInSeconds: 0,
  requestTimeoutMs: 0,
  maxAttempts: 0,
  onError: 0,
  onEvent: 0,
  fetch: 0,
  effects: 0,
}

/**
 * Rejects unknown options, which the compiler does not find in spread options or in JavaScript.
 *
 * @param more - Additional option names that are allowed.
 * @throws {TypeError} If an option is unknown. The message names it and lists the allowed ones.
 */
export function checkOptions(options: object, ...more: readonly string[]): void {
  checkMembers(options, 'options', [...more, ...Object.keys(OPTIONS)])
}

/**
 * Signer options in which every rule has `authorize` or `public: true`, unless the signer itself
 * has `authorize`.
 */
export type CheckedOptions<Rules extends UploadRules, Context = unknown> = SignerOptions<
  Rules,
  Context
> & { readonly rules: SoundRules<Rules> } & ([DependentRules<Rules>] extends [never]
    ? unknown
    : AuthorizeForRules<DependentRules<Rules>, Context>)

type DependentRules<Rules extends UploadRules> = string extends keyof Rules
  ? never
  : {
      [Name in keyof Rules]: SaysWhoMayUpload<Rules[Name]> extends true ? never : Name
    }[keyof Rules]

type SaysWhoMayUpload<Rule extends UploadRule> = Rule extends
  | { readonly authorize: Authorize<UnsureAuthorization, never> }
  | { readonly public: true }
  ? true
  : Rule extends { readonly public: infer Said }
    ? boolean extends Said
      ? true
      : false
    : false

/**
 * Required if a rule has neither `authorize` nor `public: true`. The compiler's error message shows
 * this name.
 */
export interface AuthorizeForRules<_Names, Context = unknown> {
  readonly authorize: Authorize<Authorization, Context>
}

/**
 * Appears in the compiler's error message if a size literal is invalid, such as `'7 lightyears'`.
 */
interface ExpectedSize {
  readonly expected: Size
}

type SizeMember = 'maxSize' | 'minSize' | 'form'

type WrongSizes<Rule extends UploadRule> = {
  readonly [Member in SizeMember as IsWrong<Rule[Member]> extends true
    ? Member
    : never]: ExpectedSize
} & (Rule extends { readonly quota: { readonly size: infer Total } }
  ? IsWrong<Total> extends true
    ? { readonly quota: { readonly size: ExpectedSize } }
    : unknown
  : unknown)

type IsWrong<Given> = string extends Given
  ? false
  : Given extends Size | boolean | undefined
    ? false
    : true

/**
 * Appears in the compiler's error message if `authorize` may return an `owner` that is undefined,
 * as in `{ owner: user?.id }`.
 */
export interface OwnerMayBeUndefined {
  readonly expected: 'false where there is no owner, not an owner that is undefined'
}

/** This is a mapped type so that TypeScript can still infer the rest of the rule. */
type UnsureOwner<Rule extends UploadRule> = {
  readonly [Member in 'authorize' as true extends IsUnsure<Rule[Member]>
    ? Member
    : never]: OwnerMayBeUndefined
}

type IsUnsure<Function> = Function extends (...given: never) => infer Returned
  ? true extends MayBeUndefined<Awaited<Returned>>
    ? true
    : false
  : false

/** A missing `owner` is allowed. An `owner` that is present but may be undefined is not. */
type MayBeUndefined<Returned> =
  IsAny<Returned> extends true
    ? false
    : Returned extends { readonly owner: infer Owner }
      ? IsAny<Owner> extends true
        ? false
        : undefined extends Owner
          ? true
          : false
      : false

type IsAny<Type> = 0 extends 1 & Type ? true : false

export type SoundRules<Rules extends UploadRules> = string extends keyof Rules
  ? Rules
  : {
      readonly [Name in keyof Rules]: Rules[Name] &
        WrongSizes<Rules[Name]> &
        UnsureOwner<Rules[Name]>
    }
