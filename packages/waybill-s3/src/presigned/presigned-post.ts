/**
 * Presigned POSTs: the form fields that let a browser send one file straight to a bucket.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-HTTPPOSTForms.html
 * @module
 */

import type { Credentials } from '../sigv4/credentials.ts'
import { credentialScope } from '../sigv4/sigv4.ts'
import { finishPolicy } from './common-fields.ts'
import type { Condition } from './policy.ts'
import { createSigningContext, type SigningContext, type SigningPlace } from './signing-context.ts'

/** A signed form for one upload. */
export interface PresignedPost {
  readonly url: string
  /** Append all of them to a `FormData`, then append the file: the field `file` must come last. */
  readonly fields: Readonly<Record<string, string>>
  readonly expiration: Date
}

/** What the form allows, and the credentials to sign it with. */
export interface FormToSign {
  readonly credentials: Credentials
  /** The full object key. If it ends in `${filename}`, S3 replaces that with the file's name. */
  readonly key: string
  /** Additional form fields. The policy fixes their values. */
  readonly fields?: Readonly<Record<string, string>>
  /** Additional conditions, for example `['content-length-range', size, size]`. */
  readonly conditions?: readonly Condition[]
  /**
   * Seconds until the form expires, from 1 to 604,800. It never outlives the credentials; see
   * `Credentials`.
   *
   * @default 3600
   */
  readonly expiresInSeconds?: number
}

/** Options of `presignPost`. */
export interface PresignPostOptions extends FormToSign, SigningPlace {}

const FILENAME = '${filename}'

/**
 * Signs a form that lets a browser upload one file. To sign many forms, use `createPresigner`.
 *
 * @returns The URL and the form fields. Anyone who has them can upload until they expire.
 * @throws {RangeError} If `expiresInSeconds` is out of range or the credentials have expired.
 * @throws {TypeError} If the bucket, region or endpoint is invalid.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-post-example.html
 * @example
 * ```ts
 * const { url, fields } = await presignPost({
 *   bucket: 'my-uploads',
 *   region: 'eu-west-1',
 *   credentials,
 *   key: 'photos/1.jpg',
 *   fields: { 'Content-Type': 'image/jpeg' },
 *   conditions: [['content-length-range', 1, 5_000_000]],
 * })
 * const form = new FormData()
 * for (const [name, value] of Object.entries(fields)) form.append(name, value)
 * form.append('file', file)
 * await fetch(url, { method: 'POST', body: form })
 * ```
 */
export async function presignPost(options: PresignPostOptions): Promise<PresignedPost> {
  return signPost(createSigningContext(options), options)
}

export async function signPost(
  context: SigningContext,
  options: FormToSign,
): Promise<PresignedPost> {
  const { key, credentials, expiresInSeconds = 3600 } = options
  const { origin, basePath } = context.url
  const times = context.formTimes(context.now(), expiresInSeconds, credentials)
  const scope = credentialScope(times.amzDate, context.region)
  const common = context.commonFields(credentials, scope)
  const policy = finishPolicy(common, conditionsOf(options), times)
  const hmac = context.signingKeys(credentials, scope)
  const signature = (hmac instanceof Promise ? await hmac : hmac).hex(policy)
  const fields = {
    ...options.fields,
    ...common.fields,
    'X-Amz-Date': times.amzDate,
    key,
    Policy: policy,
    'X-Amz-Signature': signature instanceof Promise ? await signature : signature,
  }
  return { url: `${origin}${basePath || '/'}`, fields, expiration: new Date(times.expiration) }
}

function conditionsOf({ key, fields = {}, conditions }: FormToSign): Condition[] {
  const all: Condition[] = conditions ? [...conditions] : []
  for (const name of Object.keys(fields)) all.push({ [name]: fields[name] ?? '' })
  all.push(
    key.endsWith(FILENAME) ? ['starts-with', '$key', key.slice(0, -FILENAME.length)] : { key },
  )
  return all
}
