/**
 * Key pairs, request identities, and the checks shared by all three kinds of signatures: access
 * key, credential scope, session token and signature.
 *
 * @module
 */

import { timingSafeEqual } from 'node:crypto'
import { type Credentials, formatAmzDate, S3Error, type S3ErrorCode } from 'waybill-s3'
import { MORE_LIMITS } from 'waybill-s3/internal/multipart-limits'
import { createSigningKeys, type SigningKeys } from 'waybill-s3/internal/sign-headers'

/**
 * The origins whose pages may send requests. Pass either a list of patterns as in a CORS rule
 * (`https://app.test`, `http://*.test`, `*` for all origins, or `null`), or a function that decides
 * for each origin. The bucket's CORS rules can allow additional origins.
 */
export type PagesFrom = readonly string[] | ((origin: string) => boolean)

/** Restrictions on a key pair. Everything is allowed by default. */
export interface Rights {
  /** Limits the key pair to reading and listing. */
  readonly readOnly?: boolean
  /** Restricts the key pair to objects whose key begins with this prefix. */
  readonly prefix?: string
  /**
   * The web pages that may use this key pair, in addition to those allowed by the bucket's CORS
   * rules. Programs are never restricted. Use `['*']` only for a key pair that is actually secret.
   *
   * @default the server's `pagesFrom`
   */
  readonly pagesFrom?: PagesFrom
}

/** A key pair and its rights. */
export interface LocalCredentials extends Credentials, Rights {}

export interface Identity {
  readonly credentials?: LocalCredentials
  /** The value of the `s3:authType` condition key. */
  readonly authType?: 'REST-HEADER' | 'REST-QUERY-STRING' | 'POST'
  /** The value of the `s3:signatureversion` condition key, if it is not that of version 4. */
  readonly signatureVersion?: 'AWS'
  readonly signedAt?: Date
}

export interface AuthContext {
  readonly region: string
  readonly credentials: readonly LocalCredentials[]
  readonly now: () => Date
  /** How far `/_admin/clock` has moved `now`. */
  readonly movedMs: number
}

export const MAX_SKEW_MS = MORE_LIMITS.maxSkewSeconds * 1000

/**
 * If `/_admin/clock` has moved the clock, clients can sign by either clock, because many cannot move
 * theirs.
 */
export function checkSkew(signedAt: Date, context: Pick<AuthContext, 'now' | 'movedMs'>): void {
  const now = context.now()
  const skewMs = now.getTime() - signedAt.getTime()
  if (Math.min(Math.abs(skewMs), Math.abs(skewMs - context.movedMs)) <= MAX_SKEW_MS) return
  throw new S3Error('RequestTimeTooSkewed', undefined, {
    RequestTime: formatAmzDate(signedAt),
    ServerTime: now.toISOString(),
    MaxAllowedSkewMilliseconds: String(MAX_SKEW_MS),
  })
}

export interface Scope {
  readonly accessKeyId: string
  readonly date: string
  /** For example `20260131/eu-west-1/s3/aws4_request`. */
  readonly text: string
}

/** S3's wording of credential errors, which depends on where the credential was sent. */
export interface Complaint {
  readonly code: S3ErrorCode
  readonly prefix?: string
  readonly detail?: Readonly<Record<string, string>>
}

/**
 * Parses `AKID/20260131/eu-west-1/s3/aws4_request`.
 *
 * @throws {S3Error} With `complaint`'s code. The `Region` detail contains the correct region, which
 *   the AWS SDKs use to retry.
 */
export function parseScope(credential: string, region: string, complaint: Complaint): Scope {
  const parts = credential.split('/')
  const start = complaint.prefix === undefined ? '' : `${complaint.prefix}; `
  const complain = (message: string, detail?: Record<string, string>) =>
    new S3Error(complaint.code, start + message, { ...complaint.detail, ...detail })
  // S3's access keys never contain a slash. Other stores' keys may, but they are rejected here.
  const [accessKeyId, date, scopeRegion, service, terminal] = parts
  if (parts.length !== 5 || !accessKeyId || date === undefined) {
    throw complain(
      'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    )
  }
  if (!/^\d{8}$/.test(date)) {
    throw complain(
      `incorrect date format "${date}". This date in the credential must be in the format "yyyyMMdd".`,
    )
  }
  if (scopeRegion !== region) {
    throw complain(`the region '${scopeRegion}' is wrong; expecting '${region}'`, {
      Region: region,
    })
  }
  if (service !== 's3') {
    throw complain(`incorrect service "${service}". This endpoint belongs to "s3".`)
  }
  if (terminal !== 'aws4_request') {
    throw complain(`incorrect terminal "${terminal}". This endpoint uses "aws4_request".`)
  }
  return { accessKeyId, date, text: parts.slice(1).join('/') }
}

const derived = new WeakMap<Credentials, SigningKeys>()

export async function sign(credentials: Credentials, scope: string, text: string): Promise<string> {
  const signingKeys = derived.get(credentials) ?? createSigningKeys()
  derived.set(credentials, signingKeys)
  return (await signingKeys(credentials, scope)).hex(text)
}

/** Compares signatures in constant time. */
export function sameSignature(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
