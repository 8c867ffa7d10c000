/**
 * Presigns the parts of a multipart upload, a window at a time, each with its exact length.
 *
 * `partNumber` and `uploadId` sort after the `X-Amz-…` parameters, so four fifths of the canonical request (the
 * session token above all) are the same for every part: its hash state is kept and only the rest is hashed again.
 *
 * @module
 */

import { type PartPlan, partOf } from '../part-plan.ts'
import { formatAmzDate } from '../sigv4/amz-date.ts'
import { platformDigest } from '../sigv4/digest.ts'
import { lifeOf } from '../sigv4/expiration.ts'
import { credentialScope, signingHmac, stringToSign, UNSIGNED_PAYLOAD } from '../sigv4/sigv4.ts'
import { canonicalQuery, uriEncode } from '../sigv4/uri-encode.ts'
import type { PartWindow } from './part-window.ts'
import { presignQuery, requestTarget, type SignableRequest } from './presigned-url.ts'

export interface PresignPartsOptions extends Omit<SignableRequest, 'method' | 'query' | 'headers'> {
  readonly key: string
  readonly uploadId: string
  readonly plan: PartPlan
  /** First part number. */
  readonly from: number
  /** How many; the window ends with the plan. */
  readonly count: number
  /** 1 to 604,800 seconds. The end of the credentials shortens it, see `Credentials`. @default 3600 */
  readonly expiresInSeconds?: number
}

const SIGNED_HEADERS = 'content-length;host'

/**
 * @throws {RangeError} When the plan has no such parts, or `expiresInSeconds` is out of range.
 */
export async function presignParts(options: PresignPartsOptions): Promise<PartWindow> {
  const { plan, from, credentials, expiresInSeconds = 3600, digest = platformDigest() } = options
  const now = options.now ? options.now() : new Date()
  const life = lifeOf(now, expiresInSeconds, credentials)
  partOf(plan, from)
  if (!Number.isInteger(options.count) || options.count < 1) {
    throw new RangeError(`count is ${options.count}, expected at least 1`)
  }
  const count = Math.min(options.count, plan.partCount - from + 1)
  const request = { ...options, method: 'PUT' as const }
  const target = requestTarget(request)
  const amzDate = formatAmzDate(now)
  const scope = credentialScope(amzDate, options.region)
  const signedHeaders = { host: '', 'content-length': '' }
  const query = canonicalQuery(
    Object.entries(presignQuery(credentials, signedHeaders, amzDate, scope, life)),
  )
  const uploadId = `uploadId=${uriEncode(options.uploadId)}`
  const hashRest = digest.sha256HexAfter(`PUT\n${target.path}\n${query}&partNumber=`)
  const hmac = await signingHmac(credentials, scope, digest)
  const signatures = new Uint8Array(count * 32)
  for (let index = 0; index < count; index += 1) {
    const partNumber = from + index
    const { size } = partOf(plan, partNumber)
    const headers = `content-length:${size}\nhost:${target.headers.host}\n`
    const hash = hashRest(
      `${partNumber}&${uploadId}\n${headers}\n${SIGNED_HEADERS}\n${UNSIGNED_PAYLOAD}`,
    )
    const text = stringToSign(amzDate, scope, typeof hash === 'string' ? hash : await hash)
    const signature = hmac.bytes(text)
    signatures.set(signature instanceof Promise ? await signature : signature, index * 32)
  }
  const url = `${target.origin}${target.path}?${query}&partNumber={partNumber}&${uploadId}&X-Amz-Signature={signature}`
  const { expiration } = life
  return { from, count, url, signatures: digest.base64Url(signatures), headers: {}, expiration }
}
