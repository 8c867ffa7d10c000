/**
 * Presigned POST: the form fields with which a browser may send one file straight into a bucket.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-HTTPPOSTForms.html
 * @module
 */

import { formatAmzDate } from './amz-date.ts'
import { type BucketLocation, bucketUrl } from './bucket-url.ts'
import { type Credentials, expirationOf } from './credentials.ts'
import { type Digest, platformDigest } from './digest.ts'
import { type Condition, encodePolicy } from './policy.ts'
import { ALGORITHM, credentialScope, signingHmac } from './sigv4.ts'

export interface PresignedPost {
  readonly url: string
  /** Append all of them, then the file as `file`, which must be the last field. */
  readonly fields: Readonly<Record<string, string>>
  readonly expiration: Date
}

export interface PresignPostOptions extends BucketLocation {
  readonly credentials: Credentials
  /** The full object key. A trailing `${filename}` is S3's placeholder for the file's own name. */
  readonly key: string
  /** More form fields; each is pinned to its exact value. */
  readonly fields?: Readonly<Record<string, string>>
  /** More conditions, for example `['content-length-range', size, size]`. */
  readonly conditions?: readonly Condition[]
  /** 1 to 604,800 seconds. The credentials' own expiration shortens it. @default 3600 */
  readonly expiresInSeconds?: number
  /** @default () => new Date() */
  readonly now?: () => Date
  readonly digest?: Digest
}

const FILENAME = '${filename}'

/**
 * Signs a form for one upload.
 *
 * @throws {RangeError} When `expiresInSeconds` is out of range or the credentials have expired.
 * @throws {TypeError} When bucket, region or endpoint cannot be one.
 */
export async function presignPost(options: PresignPostOptions): Promise<PresignedPost> {
  const { bucket, key, credentials, digest = platformDigest(), expiresInSeconds = 3600 } = options
  const now = options.now ? options.now() : new Date()
  checkExpiresIn(expiresInSeconds, now, credentials)
  const { origin, basePath } = bucketUrl(options)
  const amzDate = formatAmzDate(now)
  const scope = credentialScope(amzDate, options.region)
  const signed: Record<string, string> = {
    ...options.fields,
    bucket,
    'X-Amz-Algorithm': ALGORITHM,
    'X-Amz-Credential': `${credentials.accessKeyId}/${scope}`,
    'X-Amz-Date': amzDate,
  }
  if (credentials.sessionToken) signed['X-Amz-Security-Token'] = credentials.sessionToken
  const conditions: Condition[] = options.conditions ? [...options.conditions] : []
  for (const name in signed) conditions.push({ [name]: signed[name] ?? '' })
  conditions.push(
    key.endsWith(FILENAME) ? ['starts-with', '$key', key.slice(0, -FILENAME.length)] : { key },
  )
  const expiration = expirationOf(now, expiresInSeconds, credentials)
  const policy = encodePolicy({ expiration, conditions }, digest.base64)
  const maybeHmac = signingHmac(credentials, scope, digest)
  const hmac = maybeHmac instanceof Promise ? await maybeHmac : maybeHmac
  const signature = hmac.hex(policy)
  return {
    url: `${origin}${basePath}${basePath ? '' : '/'}`,
    fields: {
      ...signed,
      key,
      Policy: policy,
      'X-Amz-Signature': typeof signature === 'string' ? signature : await signature,
    },
    expiration,
  }
}

/** S3 refuses presigned requests that live longer than a week. */
export const MAX_EXPIRES_IN_SECONDS = 604_800

/** @throws {RangeError} See `presignPost`. */
export function checkExpiresIn(seconds: number, now: Date, credentials: Credentials): void {
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_EXPIRES_IN_SECONDS) {
    throw new RangeError(
      `expiresInSeconds is ${seconds}, expected a whole number from 1 to ${MAX_EXPIRES_IN_SECONDS}`,
    )
  }
  if (credentials.expiration && credentials.expiration <= now) {
    throw new RangeError(`credentials expired at ${credentials.expiration.toISOString()}`)
  }
}
