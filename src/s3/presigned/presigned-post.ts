/**
 * Presigned POST: the form fields with which a browser may send one file straight into a bucket.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-HTTPPOSTForms.html
 * @module
 */

import { type BucketLocation, bucketUrl } from '../bucket-url.ts'
import type { Credentials } from '../sigv4/credentials.ts'
import { type Digest, platformDigest } from '../sigv4/digest.ts'
import { credentialScope, signingHmac } from '../sigv4/sigv4.ts'
import { commonFields, finishPolicy } from './common-fields.ts'
import { formTimes } from './form-times.ts'
import type { Condition } from './policy.ts'

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
  /** 1 to 604,800 seconds. The end of the credentials shortens it, see `Credentials`. @default 3600 */
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
  const { key, credentials, digest = platformDigest(), expiresInSeconds = 3600 } = options
  const now = options.now ? options.now() : new Date()
  const { origin, basePath } = bucketUrl(options)
  const times = formTimes(now, expiresInSeconds, credentials)
  const scope = credentialScope(times.amzDate, options.region)
  const common = commonFields(options.bucket, credentials, scope, digest)
  const policy = finishPolicy(common, conditionsOf(options), times)
  const hmac = signingHmac(credentials, scope, digest)
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

function conditionsOf({ key, fields = {}, conditions }: PresignPostOptions): Condition[] {
  const all: Condition[] = conditions ? [...conditions] : []
  for (const name of Object.keys(fields)) all.push({ [name]: fields[name] ?? '' })
  all.push(
    key.endsWith(FILENAME) ? ['starts-with', '$key', key.slice(0, -FILENAME.length)] : { key },
  )
  return all
}
