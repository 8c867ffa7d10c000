/**
 * The options of a signer, as the application gives them.
 *
 * @module
 */

import type { BucketLocation, CredentialsProvider } from 'waybill-s3'
import type { Authorization, Authorize } from '../../protocol/authorization.ts'
import type { ObjectDefaults } from '../../protocol/object-defaults.ts'
import type { OnSignerEvent } from '../../protocol/signer-event.ts'
import type { Size } from '../../protocol/size.ts'
import type { UploadRules } from '../../protocol/upload-rule.ts'
import type { ServerEffects } from '../../storage/server-effects.ts'
import type { QuotaStore } from '../quota/quota-store.ts'
import type { SignDownload } from '../way-back/sign-download.ts'
import type { SecretProvider } from '../waybill/secret.ts'

/** The options of `createSigner`. */
export interface SignerOptions<Rules extends UploadRules = UploadRules, Context = unknown>
  extends BucketLocation {
  /**
   * The credentials that sign what clients get, and also the signer's own calls unless there are
   * `serverCredentials`. They must be allowed to put objects.
   *
   * Takes a provider of the AWS SDK as it is (`fromNodeProviderChain()`). A function's credentials
   * are kept until five minutes before their `expiration`; without one it is called each time.
   */
  readonly credentials: CredentialsProvider
  /**
   * The credentials for the calls that the signer itself makes: HEAD, lists, completions.
   * `credentials` then need only the permission to put objects. Stores that do not enforce signed
   * headers make this necessary, see docs/guide/stores.md.
   * @default the same as `credentials`
   */
  readonly serverCredentials?: CredentialsProvider
  /**
   * Seals the waybills: random text of at least 32 characters, the same for every instance. Of
   * several, the first seals and all open, so that a secret can be replaced while uploads are under
   * way. `undefined` entries are left out, so that they can come from `process.env`; one secret
   * must be there.
   *
   * A function is asked at each call, and not before: a module that creates a signer loads without
   * a secret. Derived keys are kept while the secret stays equal. When the function fails, the
   * response is 503 `SIGNER_UNAVAILABLE`, and `onError` gets the reason.
   */
  readonly secret: SecretProvider
  readonly rules: Rules
  /**
   * The start of all object keys, such as `uploads/`. It is put before each key that a rule
   * chooses, unless the key has it already. Waybills are sealed for bucket, region and prefix;
   * arrival needs the same prefix.
   * @default ''
   */
  readonly prefix?: string
  /**
   * Authorizes calls under rules without an `authorize` of their own. When this is missing too,
   * such a rule must have `public: true`.
   */
  readonly authorize?: Authorize<Authorization, Context>
  /**
   * The origins whose pages may call the signer: exact origins (`https://app.example.com`), or a
   * function that gets an origin (the text `null` for pages without one). Only `true` allows it; a
   * promise does not, and `onError` gets an error. Use `[]` when a proxy in front of the signer
   * sets CORS headers: browsers refuse two `Access-Control-Allow-Origin`. `GET B`, for a form, is
   * refused to pages of other origins then.
   */
  readonly allowedOrigins: readonly string[] | ((origin: string) => boolean)
  /** Whether those pages may send cookies. @default false */
  readonly allowCredentials?: boolean
  /**
   * How a file goes in one request: by a form with a POST policy, or by a presigned PUT. Use `put`
   * for a store without POST policies, such as Cloudflare R2.
   * @default 'post'
   */
  readonly singleRequest?: 'post' | 'put'
  /**
   * Whether large files go in parts. `false` for a store without multipart uploads.
   * @default true
   */
  readonly multipart?: boolean
  /**
   * Whether the store supports `If-None-Match` for writing. Use `false` for a store that refuses
   * the header, such as Swift. A presigned PUT could then be sent again with other bytes, so it is
   * signed only for files whose SHA-256 the client has sent.
   * @default true
   */
  readonly conditionalWrites?: boolean
  /**
   * Whether the store supports `x-amz-checksum-sha256` with a form or a PUT. Use `false` for a
   * store that refuses it, such as Backblaze B2 in forms. The SHA-256 is still required and sealed,
   * but only arrival compares it (up to 64 MiB), and `complete` compares only the size.
   * @default true
   */
  readonly additionalChecksums?: boolean
  /**
   * Whether each object gets the tag `waybill=pending`, which arrival replaces by its verdict. A
   * lifecycle rule can then expire objects that were never judged. The credentials need
   * `s3:PutObjectTagging`, and the store must support tags; several do not.
   * @default false
   */
  readonly pendingTag?: boolean
  /**
   * Headers and tags of each new object: encryption, storage class, tags, Cache-Control. Clients
   * can neither leave them out nor change them.
   * @default - what the bucket says
   */
  readonly objectDefaults?: ObjectDefaults
  /**
   * Whether links and claims are only for objects that arrival has verified. `OBJECT_NOT_VERIFIED`
   * says that there is no verdict yet.
   * @default the same as `pendingTag`
   */
  readonly verifiedOnly?: boolean
  /**
   * Signs the URLs of `downloadUrl` and `POST B/link`, for a CDN with signatures of its own:
   * `cloudFrontUrls`. S3 must get the query of the URL; otherwise a browser may run what was
   * uploaded.
   * @default a presigned URL of S3, signed with `serverCredentials`
   */
  readonly signDownload?: SignDownload
  /**
   * Counts what is granted under rules with `quota`: `memoryQuotas()` in one process,
   * `dynamoQuotas(…)` in many, or a store of your own. Rules with `quota` need it.
   * @default - no rule may have a quota
   */
  readonly quotas?: QuotaStore
  /** Larger files are sent in parts. @default '16 MiB' */
  readonly multipartThreshold?: Size
  /**
   * Size of every part except the last, at least 5 MiB. It is raised when 10,000 parts would not be
   * enough.
   * @default 8 to 16 MiB, growing with the file; a little less for files of a few dozen parts, so
   *   that parallel connections finish together
   */
  readonly partSize?: Size
  /**
   * How long a waybill is accepted, and so how long an upload can be resumed.
   * @default 604800 (a week)
   */
  readonly waybillExpiresInSeconds?: number
  /**
   * Time limit of one try of a call to S3; completing a multipart upload gets six times as much.
   * @default 10000
   */
  readonly requestTimeoutMs?: number
  /** How often one call to S3 is tried. @default 4 */
  readonly maxAttempts?: number
  /**
   * Gets the errors that callers do not see: of rules, of S3 and of the signer itself. The `id` is
   * in the response to the caller too, as `error.id`; `call` is missing for what fails outside of a
   * call.
   * @default console.error, with one line for what Waybill or the storage says
   */
  readonly onError?: (error: unknown, call?: { readonly id: string }) => void
  /**
   * Gets an event for each grant, completion and refusal: for an audit trail, or metrics. It is not
   * awaited. What it throws goes to `onError`.
   * @default - no events
   */
  readonly onEvent?: OnSignerEvent
  /** @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch
  /** Clock, chance, waiting and hashing, for tests. @default the platform's */
  readonly effects?: Partial<ServerEffects>
}
