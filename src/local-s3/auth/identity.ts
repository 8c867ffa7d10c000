/**
 * Who may sign, who signed, and the checks that all three kinds of signature share: the access key, the credential
 * scope, the session token, the signature itself.
 *
 * @module
 */

import { timingSafeEqual } from 'node:crypto'
import { type Credentials, S3Error, type S3ErrorCode, signingHmac } from '../../s3/index.ts'
import type { PagesFrom } from '../access/foreign-page.ts'

/** What one key pair may do; absent means everything. */
export interface Rights {
  /** Only GET and HEAD. */
  readonly readOnly?: boolean
  /** Only objects whose key starts with it. */
  readonly prefix?: string
  /**
   * Whose pages may send what it has signed, besides those that the bucket's CORS rules name. Programs always may.
   * `['*']` is for a key pair that is really secret. @default The server's own `pagesFrom`
   */
  readonly pagesFrom?: PagesFrom
}

export interface LocalCredentials extends Credentials, Rights {}

export interface Identity {
  /** `undefined` for a request that nobody signed. */
  readonly credentials?: LocalCredentials
  /** As the policy key `s3:authType` says it. */
  readonly authType?: 'REST-HEADER' | 'REST-QUERY-STRING' | 'POST'
  /** When it was signed, for `s3:signatureAge`. */
  readonly signedAt?: Date
}

export interface AuthContext {
  readonly region: string
  readonly credentials: readonly LocalCredentials[]
  readonly now: () => Date
}

/** S3 allows a client's clock to be 15 minutes off. */
export const MAX_SKEW_MS = 900_000

export interface Scope {
  readonly accessKeyId: string
  readonly date: string
  /** `20260131/eu-west-1/s3/aws4_request` */
  readonly text: string
}

/** Where a credential stands decides how S3 words its complaint. */
export interface Complaint {
  readonly code: S3ErrorCode
  /** Starts every message. */
  readonly prefix?: string
  readonly detail?: Readonly<Record<string, string>>
}

/**
 * Takes `AKID/20260131/eu-west-1/s3/aws4_request` apart and holds it against this server.
 *
 * @throws {S3Error} The complaint's code; `Region` names the right region, which the AWS SDKs act on.
 */
export function parseScope(credential: string, region: string, complaint: Complaint): Scope {
  const parts = credential.split('/')
  const start = complaint.prefix === undefined ? '' : `${complaint.prefix}; `
  const complain = (message: string, detail?: Record<string, string>) =>
    new S3Error(complaint.code, start + message, { ...complaint.detail, ...detail })
  // An access key may itself hold slashes on other stores; S3's never do.
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
 * To be asked before the signature is computed. A token with a key that has none comes out only afterwards, see
 * `refuseToken`.
 *
 * @throws {S3Error} `InvalidAccessKeyId`, `InvalidToken`, `ExpiredToken`
 */
export function findCredentials(
  context: AuthContext,
  accessKeyId: string,
  sessionToken: string | undefined,
): LocalCredentials {
  const found = context.credentials.find((each) => each.accessKeyId === accessKeyId)
  // A role's key without its session token does not exist either.
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
 * S3 looks at the signature first: seen by https://github.com/justincormack/argmin in all three places of one.
 *
 * @throws {S3Error} `InvalidToken` for a token with a key that has none.
 */
export function refuseToken(credentials: LocalCredentials, sessionToken: string | undefined): void {
  if (sessionToken !== undefined && credentials.sessionToken === undefined) {
    throw new S3Error('InvalidToken')
  }
}

/** @returns The signature that the server computes over `text`. */
export async function sign(credentials: Credentials, scope: string, text: string): Promise<string> {
  return (await signingHmac(credentials, scope)).hex(text)
}

/** Compares without telling by its time how much was right. */
export function sameSignature(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
