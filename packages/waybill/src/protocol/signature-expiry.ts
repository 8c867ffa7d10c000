/**
 * How long the signatures of a rule are valid: forms, presigned URLs and links.
 *
 * @module
 */

import { MAX_EXPIRES_IN_SECONDS } from 'waybill-s3/internal/expiration'
import { show } from './json-value.ts'

export const DEFAULT_EXPIRES_IN_SECONDS = 300

/**
 * Validates `expiresInSeconds` of a rule.
 *
 * @param at - Its name in errors, such as `rules.photos.expiresInSeconds`.
 * @throws {RangeError} If it is not one second to seven days, S3's maximum.
 */
export function readExpiry(at: string, value: unknown = DEFAULT_EXPIRES_IN_SECONDS): number {
  if (typeof value === 'number' && Number.isInteger(value)) {
    if (value >= 1 && value <= MAX_EXPIRES_IN_SECONDS) return value
  }
  throw new RangeError(
    `${at} is ${show(value)} s, expected one second to seven days (${MAX_EXPIRES_IN_SECONDS} s)`,
  )
}
