/**
 * How long a rule's forms, presigned URLs and links are valid.
 *
 * @module
 */

import { MAX_EXPIRES_IN_SECONDS } from 'waybill-s3/internal/presigned-expiration'
import { show } from './json-value.ts'

export const DEFAULT_EXPIRES_IN_SECONDS = 300

/**
 * @param at - Name of the value in error messages, such as `rules.photos.expiresInSeconds`.
 * @throws {RangeError} If the value is not between one second and seven days, S3's maximum.
 */
export function readExpiry(at: string, value: unknown = DEFAULT_EXPIRES_IN_SECONDS): number {
  if (typeof value === 'number' && Number.isInteger(value)) {
    if (value >= 1 && value <= MAX_EXPIRES_IN_SECONDS) return value
  }
  throw new RangeError(
    `${at} is ${show(value)} s, expected one second to seven days (${MAX_EXPIRES_IN_SECONDS} s)`,
  )
}
