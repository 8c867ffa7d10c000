/**
 * Checks the origins in props at synthesis. An invalid one, for example with a trailing slash,
 * would deploy but match no page.
 *
 * @module
 */

import { Fn, Token } from 'aws-cdk-lib'

/**
 * Validates the `allowedOrigins` prop.
 *
 * @throws {Error} If a value is not an exact origin: for example `*`, or an origin with a path or a
 *   trailing slash.
 */
export function checkOrigins(origins: readonly string[]): void {
  // A template's list parameter: even its length is known only at deployment.
  if (Token.isUnresolved(origins)) return
  for (const origin of origins) {
    // A distribution's domain is known only to CloudFormation.
    if (Token.isUnresolved(origin)) continue
    if (origin.includes('*') || !URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new Error(
        `allowedOrigins has '${origin}', expected exact origins such as 'https://app.example.com'`,
      )
    }
  }
}

/** Formats origins as the `WAYBILL_ALLOWED_ORIGINS` setting. */
export function originsSetting(origins: readonly string[]): string {
  // JavaScript's `join` cannot join a list parameter.
  return Token.isUnresolved(origins) ? Fn.join(',', [...origins]) : origins.join(',')
}
