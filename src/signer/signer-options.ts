/**
 * The options of a signer, as an application gives them.
 *
 * @module
 */

import type { ServerEffects } from '../aws/server-effects.ts'
import type { Authorize, OnSignerEvent, Size, UploadRules } from '../protocol/index.ts'
import type { BucketLocation, CredentialsProvider } from '../s3/index.ts'
import type { SecretProvider } from './waybill/secret.ts'

export interface SignerOptions<Rules extends UploadRules = UploadRules> extends BucketLocation {
  /**
   * Sign what clients get, and the signer's own calls where there are no `serverCredentials`. They may put
   * objects. A function is asked before each use.
   */
  readonly credentials: CredentialsProvider
  /**
   * Make the calls that the signer itself sends: heads, lists, completions. `credentials` then need nothing
   * but to put objects, which is what a store that does not enforce signed headers demands, see
   * docs/stores.md. @default the same as `credentials`
   */
  readonly serverCredentials?: CredentialsProvider
  /**
   * Seals the waybills: random text of at least 32 characters, the same for every instance. Of
   * several, the first seals and all open, so that a secret can be replaced while uploads are under
   * way. `undefined` entries are left out, so that they can come from `process.env`; one secret
   * must be there.
   *
   * A function is asked at each call, and not before: a module that creates a signer loads without
   * a secret. Keys derived from equal secrets are kept. Where the function fails, the call is
   * answered with 503 `SIGNER_UNAVAILABLE`, and `onError` gets the reason.
   */
  readonly secret: SecretProvider
  readonly rules: Rules
  /**
   * Where object keys begin, such as `uploads/`: it is put before every key that a rule chooses, unless the rule has put
   * it there. Waybills are sealed for bucket, region and prefix; arrival must be told the same.
   * @default ''
   */
  readonly prefix?: string
  /**
   * Says who is calling under the rules that have no `authorize` of their own. A rule that has none where this is
   * missing too must say `public: true`.
   */
  readonly authorize?: Authorize
  /**
   * Origins whose pages may call the signer, exact (`https://app.example.com`), or a function that judges one at once
   * (the text `null` for pages without an origin). Only `true` allows it; a promise allows none, and `onError` hears of it. Give none where something in front of the signer answers CORS already:
   * browsers refuse an answer with two `Access-Control-Allow-Origin`.
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
   * Whether the store heeds `If-None-Match` when it writes. `false` for one that refuses the header, such as
   * Swift's S3 layer: a presigned PUT could then be sent again with other bytes, so it is signed only for files whose
   * SHA-256 the client has sent.
   * @default true
   */
  readonly conditionalWrites?: boolean
  /**
   * Whether the store takes S3's additional checksums, here `x-amz-checksum-sha256` with a form or a PUT. `false` for
   * one that refuses them, such as Backblaze B2 in forms: the SHA-256 is then demanded and sealed all the same, but only
   * arrival compares it (up to 64 MiB), and `complete` sees no more than the size.
   * @default true
   */
  readonly additionalChecksums?: boolean
  /**
   * Whether each object comes into the bucket with the tag `waybill=pending`, which arrival replaces by its verdict: a
   * lifecycle rule can then expire what nobody has judged. The credentials need `s3:PutObjectTagging`, and the store
   * must know tags; several do not.
   * @default false
   */
  readonly pendingTag?: boolean
  /** Files above this go in parts. @default '16 MiB' */
  readonly multipartThreshold?: Size
  /**
   * Size of every part but the last, at least 5 MiB; raised where 10,000 parts would not do.
   * @default 8 to 16 MiB, growing with the file; less for files of a few dozen parts, so that connections end together
   */
  readonly partSize?: Size
  /** How long a waybill is accepted: an upload can be resumed for that long. @default 604800 (a week) */
  readonly waybillExpiresInSeconds?: number
  /** Time limit of one call to S3; completing a multipart upload gets six times as much. @default 10000 */
  readonly requestTimeoutMs?: number
  /** How often one call to S3 is sent before it counts as failed. @default 4 */
  readonly maxAttempts?: number
  /** Gets what a caller is not told: failures of rules, of S3 and of the signer itself. @default console.error */
  readonly onError?: (error: unknown) => void
  /**
   * Hears of each grant, completion and refusal: for an audit trail, or metrics. Called at once, never awaited; what it
   * throws goes to `onError`.
   * @default - no events
   */
  readonly onEvent?: OnSignerEvent
  /** @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch
  /** Clock, chance, waiting and hashing, for tests. @default the platform's */
  readonly effects?: Partial<ServerEffects>
}
