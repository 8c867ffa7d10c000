/**
 * Presigned POSTs: the form fields that let a browser send one file straight to a bucket.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-HTTPPOSTForms.html
 * @module
 */

import type { Digest } from '../sigv4/digest.ts'
import { formatAmzDate } from '../sigv4/encoding.ts'
import { hasUnknownExpiration, lifeOf } from '../sigv4/presigned-expiration.ts'
import { ALGORITHM, type Credentials, credentialScope } from '../sigv4/sigv4.ts'
import type { Condition } from './post-policy.ts'
import { createSigningContext, type SigningContext, type SigningTarget } from './signing-context.ts'

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
export interface PresignPostOptions extends FormToSign, SigningTarget {}

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
  return createPostSigner(createSigningContext(options))(options)
}

/** Signs forms for one bucket, and caches what they share. */
export function createPostSigner(
  context: SigningContext,
): (options: FormToSign) => Promise<PresignedPost> {
  const { origin, basePath } = context.url
  const timesAt = createFormTimes()
  let common: CommonFields | undefined
  return async (options) => {
    const { key, credentials, expiresInSeconds = 3600 } = options
    const times = timesAt(context.now(), expiresInSeconds, credentials)
    const scope = credentialScope(times.amzDate, context.region)
    if (common?.credentials !== credentials || common.scope !== scope) {
      common = makeCommonFields(context, credentials, scope)
    }
    const { fields: commonFields, policyStart } = common
    const policy = finishPolicy(policyStart, conditionsOf(options), times, context.digest)
    const hmac = context.signingKeys(credentials, scope)
    const signature = (hmac instanceof Promise ? await hmac : hmac).hex(policy)
    const fields = {
      ...options.fields,
      ...commonFields,
      'X-Amz-Date': times.amzDate,
      key,
      Policy: policy,
      'X-Amz-Signature': signature instanceof Promise ? await signature : signature,
    }
    return { url: `${origin}${basePath || '/'}`, fields, expiration: new Date(times.expiration) }
  }
}

function conditionsOf({ key, fields = {}, conditions }: FormToSign): Condition[] {
  const all: Condition[] = conditions ? [...conditions] : []
  for (const name of Object.keys(fields)) all.push({ [name]: fields[name] ?? '' })
  all.push(
    key.endsWith(FILENAME) ? ['starts-with', '$key', key.slice(0, -FILENAME.length)] : { key },
  )
  return all
}

/**
 * The form fields that all of a signer's forms share, and the start of the policy that fixes their
 * values.
 *
 * The session token makes up most of a policy, and the bucket and credential fields stay the same
 * for a day. They come first in the policy, so that their base64 can be cached. For each form, only
 * the conditions that differ (key, type, size, times) are written and encoded.
 */
interface CommonFields {
  readonly credentials: Credentials
  readonly scope: string
  readonly fields: Readonly<Record<string, string>>
  /** The start of a policy in base64, without a form's own conditions. See `finishPolicy`. */
  readonly policyStart: string
}

function makeCommonFields(
  { bucket, digest }: SigningContext,
  credentials: Credentials,
  scope: string,
): CommonFields {
  const { accessKeyId, sessionToken } = credentials
  const fields = {
    bucket,
    'X-Amz-Algorithm': ALGORITHM,
    'X-Amz-Credential': `${accessKeyId}/${scope}`,
    ...(sessionToken && { 'X-Amz-Security-Token': sessionToken }),
  }
  const conditions = Object.entries(fields).map(([name, value]) => ({ [name]: value }))
  const start = `{"conditions":${JSON.stringify(conditions).slice(0, -1)}`
  return { credentials, scope, fields, policyStart: base64Start(start, digest) }
}

/**
 * Encodes the start of a policy, padded to a multiple of three bytes. Base64 turns three bytes into
 * four characters, so the rest can only be encoded separately after a multiple of three.
 */
function base64Start(json: string, digest: Digest): string {
  const over = new TextEncoder().encode(json).length % 3
  return digest.base64(json + ' '.repeat((3 - over) % 3)) // JSON ignores the added spaces
}

/**
 * Completes a policy with one form's conditions.
 *
 * @param conditions - At least one.
 * @returns The policy in base64, which is both the `Policy` field and the string to sign.
 */
function finishPolicy(
  policyStart: string,
  conditions: readonly Condition[],
  { amzDate, expirationText }: FormTimes,
  digest: Digest,
): string {
  const own = JSON.stringify(conditions).slice(1)
  const rest = `,{"X-Amz-Date":"${amzDate}"},${own},"expiration":"${expirationText}"}`
  return policyStart + digest.base64(rest)
}

/** The times in a form and its policy. */
interface FormTimes {
  /** The form's `X-Amz-Date`. Its first eight characters are the signing key's date. */
  readonly amzDate: string
  readonly expiration: Date
  readonly expirationText: string
}

interface KeptTimes extends FormTimes {
  readonly second: number
  readonly expiresInSeconds: number
  /** In milliseconds, or `undefined` if the credentials never expire. */
  readonly credentialsEnd: number | 'unknown' | undefined
}

/**
 * Caches times. They are in whole seconds, so all forms signed within one second share them.
 * Formatting the dates is slow compared to signing a form.
 */
export function createFormTimes(): (
  now: Date,
  expiresInSeconds: number,
  credentials: Credentials,
) => FormTimes {
  let latest: KeptTimes | undefined
  return (now, expiresInSeconds, credentials) => {
    const second = Math.floor(now.getTime() / 1000)
    const credentialsEnd = hasUnknownExpiration(credentials)
      ? 'unknown'
      : credentials.expiration?.getTime()
    if (
      latest?.second !== second ||
      latest.expiresInSeconds !== expiresInSeconds ||
      latest.credentialsEnd !== credentialsEnd
    ) {
      const { expiration } = lifeOf(now, expiresInSeconds, credentials)
      latest = {
        second,
        expiresInSeconds,
        credentialsEnd,
        amzDate: formatAmzDate(now),
        expiration,
        expirationText: expiration.toISOString(),
      }
    }
    return latest
  }
}
