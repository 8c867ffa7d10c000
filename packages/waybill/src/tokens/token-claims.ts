/**
 * What an upload token says, and what the signer accepts.
 *
 * @module
 */

import { withoutTrailingSlashes } from 'waybill-s3/internal/bucket-url'
import { type Authorization, BACKEND } from '../protocol/authorization.ts'
import { isRecord, type JsonRecord, readText, show } from '../protocol/json-value.ts'
import { UploadError } from '../protocol/upload-error.ts'
import { readLimits, type UploadLimits } from '../protocol/upload-limits.ts'

/** What `tokenAuthorize` returns for a valid token. */
export interface TokenAuthorization extends Authorization {
  readonly only?: UploadLimits
  /** All claims of the token. */
  readonly claims: Readonly<Record<string, unknown>>
}

/** In seconds. */
export const MAX_EXPIRES_IN_SECONDS = 86_400

/** In seconds. Allows for different clocks on two servers. */
const CLOCK_TOLERANCE = 60

/** In characters. The owner is sealed in the waybill, whose size is limited. */
export const MAX_OWNER_LENGTH = 255

export interface ExpectedClaims {
  readonly audience: string
  readonly issuer: string | undefined
  readonly now: Date
}

/**
 * @param claims - Signed with one of the signer's keys, so only the application's own server learns
 *   from the message.
 * @throws {UploadError} `UNAUTHENTICATED`
 */
export function readClaims(
  claims: JsonRecord,
  { audience, issuer, now }: ExpectedClaims,
): TokenAuthorization {
  const { sub, exp, nbf, iat, aud, iss, scope, upload } = claims
  const seconds = Math.floor(now.getTime() / 1000)
  const isTime = (value: unknown, min: number, max: number) =>
    typeof value === 'number' && value > min - CLOCK_TOLERANCE && value <= max + CLOCK_TOLERANCE
  const latest = seconds + MAX_EXPIRES_IN_SECONDS
  check('exp', exp, isTime(exp, seconds, latest), `${seconds} (now) to ${latest}, in seconds`)
  const isPast = (value: unknown) => value === undefined || isTime(value, -Infinity, seconds)
  check('nbf', nbf, isPast(nbf), `at most ${seconds} (now), in seconds`)
  check('iat', iat, isPast(iat), `at most ${seconds} (now), in seconds`)
  const isOurs = (value: unknown) =>
    typeof value === 'string' && withoutTrailingSlashes(value) === withoutTrailingSlashes(audience)
  check('aud', aud, [aud].flat().some(isOurs), show(audience))
  check('iss', iss, issuer === undefined || iss === issuer, show(issuer))
  check('scope', scope, scope === undefined || scope === 'backend', 'none, or "backend"')
  const owner = read(() => readText(sub, 'sub', { max: MAX_OWNER_LENGTH }))
  const only = upload === undefined ? {} : { only: readUpload(upload) }
  return { owner, claims, ...only, ...(scope === 'backend' ? { [BACKEND]: true } : {}) }
}

function check(name: string, value: unknown, isValid: boolean, expected: string): void {
  if (!isValid) throw refused(`${name} is ${show(value)}, expected ${expected}`)
}

/** Names are in snake case in tokens, and sizes are numbers: other languages write them. */
function readUpload(upload: unknown): UploadLimits {
  const { max_size } = isRecord(upload) ? upload : {}
  const isSize = max_size === undefined || (Number.isSafeInteger(max_size) && Number(max_size) >= 0)
  check('upload.max_size', max_size, isSize, 'a whole number of bytes')
  return read(() => readLimits(upload, 'upload', snakeCase))
}

function read<Value>(reader: () => Value): Value {
  try {
    return reader()
  } catch (error) {
    throw refused(error instanceof Error ? error.message : 'claims cannot be read')
  }
}

function refused(why: string): UploadError {
  return new UploadError('UNAUTHENTICATED', `the token's ${why}`)
}

/**
 * Writes limits as a token contains them.
 *
 * @throws {TypeError | RangeError} If a property is unknown or invalid.
 */
export function uploadClaim(only: UploadLimits): JsonRecord {
  const limits = Object.entries(readLimits(only, 'only'))
  return Object.fromEntries(limits.map(([member, value]) => [snakeCase(member), value]))
}

function snakeCase(member: string): string {
  return member.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`)
}
