/**
 * The instants of a presigned POST as its form and policy write them. They have no unit below the second, so all
 * forms that are signed within one share them: writing a date costs as much as a fifth of the signature.
 *
 * @module
 */

import { formatAmzDate } from '../sigv4/amz-date.ts'
import type { Credentials } from '../sigv4/credentials.ts'
import { endsUnknown, lifeOf } from '../sigv4/expiration.ts'

export interface FormTimes {
  /** Of the form; its first eight characters are the day of the signing key. */
  readonly amzDate: string
  readonly expiration: Date
  /** The same in ISO 8601. */
  readonly expirationText: string
}

interface KeptTimes extends FormTimes {
  readonly second: number
  readonly expiresInSeconds: number
  /** Milliseconds, or that the end is not known, or none. */
  readonly credentialsEnd: number | 'unknown' | undefined
}

let latest: KeptTimes | undefined

/** @throws {RangeError} See `lifeOf`. */
export function formTimes(
  now: Date,
  expiresInSeconds: number,
  credentials: Credentials,
): FormTimes {
  const second = Math.floor(now.getTime() / 1000)
  const credentialsEnd = endsUnknown(credentials) ? 'unknown' : credentials.expiration?.getTime()
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
