/**
 * Key pairs, the identity of a request, and the checks that all three kinds of signatures share:
 * access key, credential scope, session token and signature.
 *
 * @module
 */

import { timingSafeEqual } from 'node:crypto'
import type { Credentials } from 'waybill-s3'
import { S3Error, type S3ErrorCode } from 'waybill-s3'
import { createSigningKeys, type SigningKeys } from 'waybill-s3/internal/signing-keys'

/**
 * The origins whose pages may send requests: patterns as in a CORS rule (`https://app.test`,
 * `http://*.test`, `*` for all, or `null`), or a function that decides for each origin. The
 * bucket's CORS rules may allow more.
 */
export type PagesFrom = readonly string[] | ((origin: string) => boolean)

/** Limits what a key pair may do. Without a limit, everything is allowed. */
export interface Rights {
  /** Whether the key pair may only read and list. */
  readonly readOnly?: boolean
  /** Restricts the key pair to objects whose key begins with this prefix. */
  readonly prefix?: string
  /**
   * The web pages that may use this key pair, in addition to those allowed by the bucket's CORS
   * rules. Programs are never restricted. Use `['*']` only for a key pair that is really secret.
   *
   * @default the server's `pagesFrom`
   */
  readonly pagesFrom?: PagesFrom
}

/** A key pair and its rights. */
export interface LocalCredentials extends Credentials, Rights {}

/** Who sent a request. */
export interface Identity {
  /** `undefined` if the request is not signed. */
  readonly credentials?: LocalCredentials
  /** The value of the policy key `s3:authType`. */
  readonly authType?: 'REST-HEADER' | 'REST-QUERY-STRING' | 'POST'
  /** When the request was signed, for the policy key `s3:signatureAge`. */
  readonly signedAt?: Date
}

/** The server's settings that signatures are checked against. */
export interface AuthContext {
  readonly region: string
  readonly credentials: readonly LocalCredentials[]
  readonly now: () => Date
}

/** The largest clock skew that S3 accepts: 15 minutes. */
export const MAX_SKEW_MS = 900_000

/** A credential scope and its components. */
export interface Scope {
  readonly accessKeyId: string
  readonly date: string
  /** For example `20260131/eu-west-1/s3/aws4_request`. */
  readonly text: string
}

/** How S3 words an error about a credential. This depends on where the request contains it. */
export interface Complaint {
  readonly code: S3ErrorCode
  /** The start of each message. */
  readonly prefix?: string
  readonly detail?: Readonly<Record<string, string>>
}

/**
 * Parses `AKID/20260131/eu-west-1/s3/aws4_request` and checks it against this server.
 *
 * @throws {S3Error} With the code of `complaint`. Its detail `Region` is the correct region, which
 *   the AWS SDKs use to retry.
 */
export function parseScope(credential: string, region: string, complaint: Complaint): Scope {
  const parts = credential.split('/')
  const start = complaint.prefix === undefined ? '' : `${complaint.prefix}; `
  const complain = (message: string, detail?: Record<string, string>) =>
    new S3Error(complaint.code, start + message, { ...complaint.detail, ...detail })
  // S3's access keys never contain a slash. Those of other stores may.
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

/**
 * Finds the key pair of a request, before its signature is checked. `refuseToken` later rejects a
 * session token that does not belong to the key pair.
 *
 * @throws {S3Error} `InvalidAccessKeyId`, `InvalidToken`, `ExpiredToken`
 */
export function findCredentials(
  context: AuthContext,
  accessKeyId: string,
  sessionToken: string | undefined,
): LocalCredentials {
  const found = context.credentials.find((each) => each.accessKeyId === accessKeyId)
  // Without its session token, a role's key pair counts as unknown.
  if (!found || (found.sessionToken !== undefined && sessionToken === undefined)) {
    throw new S3Error('InvalidAccessKeyId', undefined, { AWSAccessKeyId: accessKeyId })
  }
  if (found.sessionToken !== undefined && found.sessionToken !== sessionToken) {
    throw new S3Error('InvalidToken')
  }
  if (found.expiration && found.expiration <= context.now()) throw new S3Error('ExpiredToken')
  return found
}

/**
 * Rejects a session token if the key pair has none. For all kinds of signatures, S3 checks the
 * signature first: https://github.com/justincormack/argmin
 *
 * @throws {S3Error} `InvalidToken`
 */
export function refuseToken(credentials: LocalCredentials, sessionToken: string | undefined): void {
  if (sessionToken !== undefined && credentials.sessionToken === undefined) {
    throw new S3Error('InvalidToken')
  }
}

/** A cache of the signing keys of each key pair. It lives as long as the server. */
const derived = new WeakMap<Credentials, SigningKeys>()

/** Computes the signature of `text`. */
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
