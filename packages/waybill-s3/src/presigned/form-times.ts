/**
 * The times in a presigned POST's form and policy. They are in whole seconds, so all forms signed
 * within one second share them. Formatting the dates is slow compared to signing a form.
 *
 * @module
 */

import { formatAmzDate } from '../sigv4/amz-date.ts'
import type { Credentials } from '../sigv4/credentials.ts'
import { hasUnknownExpiration, lifeOf } from '../sigv4/presigned-expiration.ts'

export interface FormTimes {
  /** The form's `X-Amz-Date`. Its first eight characters are the signing key's date. */
  readonly amzDate: string
  readonly expiration: Date
  readonly expirationText: string
}

interface KeptTimes extends FormTimes {
  readonly second: number
  readonly expiresInSeconds: number
  /** In milliseconds, or `undefined` if the credentials never expire. */
  readonly credentialsEnd: number | 'unknown' | undefined
}

/** @throws {RangeError} See `lifeOf`. */
export type FormTimesAt = (
  now: Date,
  expiresInSeconds: number,
  credentials: Credentials,
) => FormTimes

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
