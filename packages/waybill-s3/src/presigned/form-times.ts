/**
 * The times of a presigned POST, formatted for its form and policy. They are in whole seconds, so
 * all forms signed within one second share them. This saves formatting the dates for each form,
 * which is slow compared to signing it.
 *
 * @module
 */

import { formatAmzDate } from '../sigv4/amz-date.ts'
import type { Credentials } from '../sigv4/credentials.ts'
import { hasUnknownExpiration, lifeOf } from '../sigv4/presigned-expiration.ts'

/** When a form was signed and when it expires. */
export interface FormTimes {
  /** The form's `X-Amz-Date`. Its first eight characters are the date of the signing key. */
  readonly amzDate: string
  readonly expiration: Date
  /** `expiration` in ISO 8601. */
  readonly expirationText: string
}

interface KeptTimes extends FormTimes {
  readonly second: number
  readonly expiresInSeconds: number
  /** When the credentials expire, in milliseconds; `undefined` for never. */
  readonly credentialsEnd: number | 'unknown' | undefined
}

/**
 * Returns the times of a form that is signed at `now`.
 *
 * @throws {RangeError} See `lifeOf`.
 */
export type FormTimesAt = (
  now: Date,
  expiresInSeconds: number,
  credentials: Credentials,
) => FormTimes

/** Creates the function that computes the times of forms and caches the latest ones. */
export function createFormTimes(): FormTimesAt {
  let latest: KeptTimes | undefined
  return (now, expiresInSeconds, credentials) => {
    const second = Math.floor(now.getTime() / 1000)
    const credentialsEnd = hasUnknownExpiration(credentials)
      ? 'unknown'
      : credentials.expiration?.getTime()
    if (
      latest?.second !== second ||
      latest.expiresInSeconds !== expiresInSeconds ||
      latest.credentialsEnd !== credentialsEnd
    ) {
      const { expiration } = lifeOf(now, expiresInSeconds, credentials)
      latest = {
        second,
        expiresInSeconds,
        credentialsEnd,
        amzDate: formatAmzDate(now),
        expiration,
        expirationText: expiration.toISOString(),
      }
    }
    return latest
  }
}
