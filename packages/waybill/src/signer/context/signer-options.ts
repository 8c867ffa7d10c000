/**
 * The options of a signer.
 *
 * @module
 */

import type { BucketLocation, CredentialsProvider } from 'waybill-s3'
import type { Authorization, Authorize } from '../../protocol/authorization.ts'
import { checkMembers } from '../../protocol/json-value.ts'
import type { ObjectDefaults } from '../../protocol/object-defaults.ts'
import type { OnSignerEvent } from '../../protocol/signer-event.ts'
import type { Size } from '../../protocol/size.ts'
import type { UploadRules } from '../../protocol/upload-rule.ts'
import type { ServerEffects } from '../../storage/server-effects.ts'
import type { QuotaStore } from '../quota/quota-store.ts'
import type { SecretProvider } from '../waybill/secret.ts'

/** Options of `createSigner`. */
export interface SignerOptions<Rules extends UploadRules = UploadRules, Context = unknown>
  extends BucketLocation {
  /**
   * The credentials that sign for clients and, unless there are `serverCredentials`, the signer's
   * own calls. They must be allowed to put objects.
   *
   * Accepts a credential provider of the AWS SDK, such as `fromNodeProviderChain()`. Credentials
   * from a function are cached until five minutes before their `expiration`; without an expiration
   * the function runs on every call.
   */
  readonly credentials: CredentialsProvider
  /**
   * The credentials for the signer's own calls: HEAD, lists, completions. `credentials` then only
   * need permission to put objects. Required for stores that do not enforce signed headers, see
   * docs/guide/stores.md.
   * @default the same as `credentials`
   */
  readonly serverCredentials?: CredentialsProvider
  /**
   * Seals the waybills: random text of at least 32 characters, the same for every instance. If you
   * pass several, the first one seals and all of them open, so you can rotate the secret while
   * uploads are in flight. `undefined` entries are ignored, which is convenient with `process.env`,
   * but at least one secret must be set.
   *
   * May be a function, also async. It runs on every call, not at import, so a module that creates a
   * signer loads without the secret (`next build`). Derived keys are cached until the secret
   * changes. If the function fails, the response is 503 `SIGNER_UNAVAILABLE`, and `onError` gets
   * the reason.
   */
  readonly secret: SecretProvider
  readonly rules: Rules
  /**
   * Prefix of all object keys, such as `uploads/`. It is added to each key that a rule chooses
   * unless the key already has it. Waybills are sealed for bucket, region and prefix: arrival needs
   * the same prefix.
   * @default ''
   */
  readonly prefix?: string
  /**
   * Authorizes calls under rules without their own `authorize`. Without it, such a rule needs
   * `public: true`.
   */
  readonly authorize?: Authorize<Authorization, Context>
  /**
   * The origins whose pages may call the signer: exact origins (`https://app.example.com`), or a
   * function that gets an origin (the string `null` for pages without one) and returns `true` to
   * allow it. It must not return a promise.
   *
   * Use `[]` if a proxy in front of the signer sets the CORS headers: browsers reject a response
   * with two `Access-Control-Allow-Origin` headers. `GET B`, which returns a form, is then refused
   * to pages of other origins.
   */
  readonly allowedOrigins: readonly string[] | ((origin: string) => boolean)
  /**
   * Whether those pages may send cookies.
   * @default false
   */
  readonly allowCredentials?: boolean
  /**
   * How a file is sent in a single request: as a form with a POST policy, or with a presigned PUT.
   * Use `put` for stores without POST policies, such as Cloudflare R2.
   * @default 'post'
   */
  readonly singleRequest?: 'post' | 'put'
  /**
   * Whether large files are sent in parts. Use `false` for stores without multipart uploads.
   * @default true
   */
  readonly multipart?: boolean
  /**
   * Whether the store supports `If-None-Match` on writes. Use `false` for stores that reject the
   * header, such as Swift. A presigned PUT could then be repeated with different bytes, so it is
   * only signed for files whose SHA-256 the client sends.
   * @default true
   */
  readonly conditionalWrites?: boolean
  /**
   * Whether the store supports `x-amz-checksum-sha256` on forms and PUTs. Use `false` for stores
   * that reject it, such as Backblaze B2 with forms. The SHA-256 is still required and sealed, but
   * only arrival compares it (up to 64 MiB); `complete` compares only the size.
   * @default true
   */
  readonly additionalChecksums?: boolean
  /**
   * Whether each new object gets the tag `waybill=pending`, which arrival replaces with its
   * verdict. A lifecycle rule can then expire objects that were never checked. The credentials need
   * `s3:PutObjectTagging`, and the store must support tags, which several do not.
   * @default false
   */
  readonly pendingTag?: boolean
  /**
   * Headers and tags of each new object: encryption, storage class, tags, Cache-Control. Clients
   * can neither omit nor change them.
   * @default - what the bucket says
   */
  readonly objectDefaults?: ObjectDefaults
  /**
   * Whether links and claims require that arrival has verified the object. Until there is a
   * verdict, they fail with `OBJECT_NOT_VERIFIED`.
   * @default the same as `pendingTag`
   */
  readonly verifiedOnly?: boolean
  /**
   * Signs the URLs of `downloadUrl` and `POST B/link` for a CDN with its own signatures, see
   * `cloudFrontUrls`. The CDN must pass the URL's query to S3; otherwise a browser may run what was
   * uploaded.
   * @default a presigned URL of S3, signed with `serverCredentials`
   */
  readonly signDownload?: SignDownload
  /**
   * Counts grants under rules with `quota`: `memoryQuotas()` for a single process,
   * `dynamoQuotas(…)` for several, or your own store. Required for rules with `quota`.
   * @default - no rule may have a quota
   */
  readonly quotas?: QuotaStore
  /**
   * Files larger than this are sent in parts.
   * @default '16 MiB'
   */
  readonly multipartThreshold?: Size
  /**
   * Size of every part except the last, at least 5 MiB. It is raised if the file would need more
   * than 10,000 parts.
   * @default 8 to 16 MiB, growing with the file; slightly less for files of a few dozen parts, so
   *   that parallel connections finish together
   */
  readonly partSize?: Size
  /**
   * How long a waybill is accepted, and therefore how long an upload can be resumed.
   * @default 604800 (a week)
   */
  readonly waybillExpiresInSeconds?: number
  /**
   * Time limit of one attempt to call S3. Completing a multipart upload gets six times as much.
   * @default 10000
   */
  readonly requestTimeoutMs?: number
  /**
   * How many times a call to S3 is attempted.
   * @default 4
   */
  readonly maxAttempts?: number
  /**
   * Gets the errors that callers do not see: of rules, of S3 and of the signer itself. The caller
   * gets the same `id` as `error.id`. `call` is missing for errors outside of a call.
   * @default console.error, with one line for errors of Waybill and of the storage
   */
  readonly onError?: (error: unknown, call?: { readonly id: string }) => void
  /**
   * Gets an event for each grant, completion and refusal, for an audit trail or metrics. It is not
   * awaited. Errors that it throws go to `onError`.
   * @default - no events
   */
  readonly onEvent?: OnSignerEvent
  /** @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch
  /**
   * Clock, randomness, timers and hashing, for tests.
   * @default the platform's
   */
  readonly effects?: Partial<ServerEffects>
}

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
 * Refuses unknown options. The compiler does not find them in spread options or in JavaScript.
 *
 * @param more - Additional allowed names.
 * @throws {TypeError} Names the unknown option and the allowed ones.
 */
export function checkOptions(options: object, ...more: readonly string[]): void {
  checkMembers(options, 'options', [...more, ...Object.keys(OPTIONS)])
}

/** The object to sign a URL for, and how it must be delivered. */
export interface DownloadToSign {
  readonly key: string
  /**
   * Parameters for S3, not encoded: `response-content-type`, `response-content-disposition` and, in
   * a bucket with versioning, `versionId`. The signature must cover them, and S3 must receive them.
   */
  readonly query: Readonly<Record<string, string>>
  /** When the URL must stop working. */
  readonly expiration: Date
}

/** Returns a signed URL for one object. `cloudFrontUrls` creates such a function. */
export type SignDownload = (download: DownloadToSign) => string | Promise<string>
