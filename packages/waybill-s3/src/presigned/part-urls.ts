/**
 * Presigns consecutive parts of a multipart upload, each with its exact length, and reads the URLs.
 *
 * The result is a window: one URL template and one string of signatures, because 10,000 full URLs
 * would be many megabytes of JSON. In the canonical request, `partNumber` and `uploadId` come after
 * the `X-Amz-…` parameters. So most of the request, including the session token, is the same for
 * all parts and is hashed only once.
 *
 * @module
 */

import { type PartPlan, partOf } from '../multipart-limits.ts'
import { canonicalQuery, formatAmzDate, uriEncode } from '../sigv4/encoding.ts'
import { lifeOf } from '../sigv4/presigned-expiration.ts'
import { credentialScope, stringToSign, UNSIGNED_PAYLOAD } from '../sigv4/sigv4.ts'
import { presignQuery, type RequestToSign, requestTarget } from './presigned-url.ts'
import { createSigningContext, type SigningContext, type SigningTarget } from './signing-context.ts'

/** The parts to sign, and the credentials to sign them with. */
export interface PartsToSign extends Pick<RequestToSign, 'credentials'> {
  readonly key: string
  readonly uploadId: string
  readonly plan: PartPlan
  /** The number of the first part to sign. */
  readonly from: number
  /** How many parts to sign. The window has fewer if the plan ends first. */
  readonly count: number
  /**
   * Seconds until the URLs expire, from 1 to 604,800. They never outlive the credentials; see
   * `Credentials`.
   *
   * @default 3600
   */
  readonly expiresInSeconds?: number
  /**
   * Whether to sign for the bucket's second host name; see `storageOrigins`. Has no effect if the
   * bucket has only one.
   * @default false
   */
  readonly secondHost?: boolean
}

/** Options of `presignParts`. */
export interface PresignPartsOptions extends PartsToSign, SigningTarget {}

/** The presigned URLs of consecutive parts, in a compact form. Use `partUrl` to read them. */
export interface PartWindow {
  /** The number of the first part. */
  readonly from: number
  readonly count: number
  /** A URL with the placeholders `{partNumber}` and `{signature}`. */
  readonly url: string
  /** The parts' 32-byte signatures, one after the other, in base64url. */
  readonly signatures: string
  /** Headers to send with each part. */
  readonly headers: Readonly<Record<string, string>>
  readonly expiration: Date
  /** Whether the URLs use the bucket's second host name. */
  readonly secondHost?: true
}

const SIGNED_HEADERS = 'content-length;host'
const SIGNATURE_BYTES = 32

/**
 * Presigns `count` consecutive parts of a multipart upload. S3 accepts each part only with its
 * exact length.
 *
 * @returns A window. Use `partUrl` to get each part's URL.
 * @throws {RangeError} If the plan has no such part, `expiresInSeconds` is out of range or the
 *   credentials have expired.
 * @throws {TypeError} If the bucket, region, endpoint or key is invalid.
 * @example
 * ```ts
 * const plan = planParts(file.size, 16 * 1024 ** 2)
 * const window = await presignParts({
 *   bucket, region, credentials, key, uploadId, plan, from: 1, count: 100,
 * })
 * const url = partUrl(window, 1)
 * ```
 */
export async function presignParts(options: PresignPartsOptions): Promise<PartWindow> {
  return signParts(createSigningContext(options), options)
}

export async function signParts(
  context: SigningContext,
  options: PartsToSign,
): Promise<PartWindow> {
  const { plan, from, credentials, expiresInSeconds = 3600 } = options
  const { digest } = context
  const now = context.now()
  const life = lifeOf(now, expiresInSeconds, credentials)
  partOf(plan, from)
  if (!Number.isInteger(options.count) || options.count < 1) {
    throw new RangeError(`count is ${options.count}, expected at least 1`)
  }
  const count = Math.min(options.count, plan.partCount - from + 1)
  const second = options.secondHost ? context.secondUrl : undefined
  const target = requestTarget(second ?? context.url, options)
  const amzDate = formatAmzDate(now)
  const scope = credentialScope(amzDate, context.region)
  const query = canonicalQuery(
    Object.entries(presignQuery(credentials, SIGNED_HEADERS, amzDate, scope, life)),
  )
  const uploadId = `uploadId=${uriEncode(options.uploadId)}`
  const hashRest = digest.sha256HexAfter(`PUT\n${target.path}\n${query}&partNumber=`)
  const hmac = await context.signingKeys(credentials, scope)
  const signatures = new Uint8Array(count * SIGNATURE_BYTES)
  for (let index = 0; index < count; index += 1) {
    const partNumber = from + index
    const { size } = partOf(plan, partNumber)
    const headers = `content-length:${size}\nhost:${target.headers.host}\n`
    const hash = hashRest(
      `${partNumber}&${uploadId}\n${headers}\n${SIGNED_HEADERS}\n${UNSIGNED_PAYLOAD}`,
    )
    const text = stringToSign(amzDate, scope, typeof hash === 'string' ? hash : await hash)
    const signature = hmac.bytes(text)
    signatures.set(
      signature instanceof Promise ? await signature : signature,
      index * SIGNATURE_BYTES,
    )
  }
  const url = `${target.origin}${target.path}?${query}&partNumber={partNumber}&${uploadId}&X-Amz-Signature={signature}`
  const { expiration } = life
  return {
    ...{ from, count, url, signatures: digest.base64Url(signatures), headers: {}, expiration },
    ...(second ? { secondHost: true } : {}),
  }
}

/** The properties needed to read a URL. A `PartWindowMessage` has them too. */
type UrlSource = Pick<PartWindow, 'from' | 'count' | 'url' | 'signatures'>

/**
 * Returns the presigned URL of one part in a window.
 *
 * @param window - From `presignParts`, or parsed from its JSON.
 * @param partNumber - From `window.from` to `window.from + window.count - 1`.
 * @throws {RangeError} If the window does not contain the part or its signature.
 */
export function partUrl(window: UrlSource, partNumber: number): string {
  const index = partNumber - window.from
  if (!Number.isInteger(index) || index < 0 || index >= window.count) {
    throw new RangeError(
      `partNumber is ${partNumber}, the window holds ${window.from} to ${window.from + window.count - 1}`,
    )
  }
  // Three signatures are exactly 128 base64 characters, so most begin in the middle of a character.
  const first = Math.floor((index * SIGNATURE_BYTES) / 3) * 4
  const skip = (index * SIGNATURE_BYTES) % 3
  const base64Url = window.signatures.slice(first, first + 48)
  const binary = fromBase64Url(base64Url).slice(skip, skip + SIGNATURE_BYTES)
  if (binary.length < SIGNATURE_BYTES) {
    throw new RangeError(`signatures do not hold part ${partNumber}`)
  }
  let hex = ''
  for (const char of binary) hex += char.charCodeAt(0).toString(16).padStart(2, '0')
  return window.url.replace('{partNumber}', String(partNumber)).replace('{signature}', hex)
}

/** @returns One character per byte, or an empty string if the text is not base64url. */
function fromBase64Url(text: string): string {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return ''
  return atob(text.replaceAll('-', '+').replaceAll('_', '/'))
}
