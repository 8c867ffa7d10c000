/**
 * Temporary key pairs from STS.
 *
 * The server stores no sessions. A session token contains the session's claims and an HMAC of them,
 * made with the secret of the key pair that requested it, and the session's secret is another HMAC
 * of them. For this reason sessions survive a restart, and end if their key pair is removed or gets
 * another secret.
 *
 * @module
 */

import { createHash, createHmac, randomBytes } from 'node:crypto'
import { ACCOUNT_ID } from '../message/account.ts'
import {
  type LocalCredentials,
  type RequestCredentials,
  type Role,
  sameSignature,
} from './identity.ts'

/** Access keys of sessions begin with this. */
export const SESSION_PREFIX = 'ASIA'

interface Claims {
  /** The access key of the key pair that requested the session. */
  readonly parent: string
  readonly accessKeyId: string
  /** Seconds since 1970. */
  readonly expires: number
  readonly role?: Role
}

/** The session has the rights of `parent`, and ends no later than it. */
export function createSession(
  parent: LocalCredentials,
  expires: Date,
  role?: Role,
): RequestCredentials & { readonly sessionToken: string; readonly expiration: Date } {
  const claims: Claims = {
    parent: parent.accessKeyId,
    accessKeyId: SESSION_PREFIX + idFrom(randomBytes(16)),
    expires: Math.floor(expires.getTime() / 1000),
    ...(role ? { role } : {}),
  }
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
  return credentialsOf(parent, payload, claims)
}

/** Recent sessions by token, so that each keeps its derived signing keys. */
const recent = new WeakMap<LocalCredentials, Map<string, RequestCredentials>>()
const MAX_RECENT = 1000

/**
 * @returns The session's key pair, even if it has expired, or `undefined` if the token was not
 *   issued for this access key by one of these key pairs.
 */
export function findSession(
  pairs: readonly LocalCredentials[],
  accessKeyId: string,
  token: string,
): RequestCredentials | undefined {
  const [payload = '', mac = ''] = token.split('.')
  const claims = parseClaims(payload)
  const parent = pairs.find((pair) => pair.accessKeyId === claims?.parent)
  if (!claims || !parent || claims.accessKeyId !== accessKeyId) return undefined
  const known = recent.get(parent) ?? new Map<string, RequestCredentials>()
  recent.set(parent, known)
  const kept = known.get(token)
  if (kept) return kept
  if (!sameSignature(mac, hmac(parent, 'token', payload))) return undefined
  const session = credentialsOf(parent, payload, claims)
  if (known.size >= MAX_RECENT) known.clear()
  known.set(token, session)
  return session
}

function credentialsOf(parent: LocalCredentials, payload: string, claims: Claims) {
  const { accessKeyId, expires, role } = claims
  return {
    ...parent,
    accessKeyId,
    // As long as AWS's secrets.
    secretAccessKey: hmac(parent, 'secret', payload).slice(0, 40),
    sessionToken: `${payload}.${hmac(parent, 'token', payload)}`,
    expiration: new Date(Math.min(expires * 1000, parent.expiration?.getTime() ?? Infinity)),
    session: { parent, ...(role ? { role } : {}) },
  }
}

function hmac({ secretAccessKey }: LocalCredentials, purpose: string, payload: string): string {
  return createHmac('sha256', secretAccessKey)
    .update(`strict-s3 session ${purpose}\n${payload}`)
    .digest('base64url')
}

/** The claims are not trusted until the HMAC has been checked. */
function parseClaims(payload: string): Claims | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return isClaims(claims) ? claims : undefined
  } catch {
    return undefined
  }
}

function isClaims(value: unknown): value is Claims {
  return (
    typeof value === 'object' &&
    value !== null &&
    'parent' in value &&
    typeof value.parent === 'string' &&
    'accessKeyId' in value &&
    typeof value.accessKeyId === 'string' &&
    'expires' in value &&
    typeof value.expires === 'number'
  )
}

/** The requester's ARN, and its unique id as STS returns it. */
export function callerOf({ accessKeyId, session }: RequestCredentials): {
  readonly arn: string
  readonly userId: string
} {
  const { parent, role } = session ?? {}
  if (!role) {
    const user = parent?.accessKeyId ?? accessKeyId
    return { arn: `arn:aws:iam::${ACCOUNT_ID}:user/${user}`, userId: `AIDA${idOf(user)}` }
  }
  const name = role.arn.slice(role.arn.lastIndexOf('/') + 1)
  return {
    arn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${name}/${role.sessionName}`,
    userId: `AROA${idOf(role.arn)}:${role.sessionName}`,
  }
}

function idOf(name: string): string {
  return idFrom(createHash('sha256').update(name).digest().subarray(0, 17))
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function idFrom(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => BASE32[byte % 32]).join('')
}
