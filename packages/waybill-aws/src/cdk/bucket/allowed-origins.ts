/**
 * Checks origins in props. An origin with a trailing slash would deploy but match no page.
 *
 * @module
 */

import { Fn, Token } from 'aws-cdk-lib'

/**
 * Checks the prop `allowedOrigins`.
 *
 * @throws {Error} If a value is not exactly an origin, such as `*` or one with a path or trailing
 *   slash.
 */
export function checkOrigins(origins: readonly string[]): void {
  // A list parameter of the template: even its length is known only at deployment.
  if (Token.isUnresolved(origins)) return
  for (const origin of origins) {
    // Only CloudFormation knows a distribution's domain.
    if (Token.isUnresolved(origin)) continue
    if (origin.includes('*') || !URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new Error(
        `allowedOrigins has '${origin}', expected exact origins such as 'https://app.example.com'`,
      )
    }
  }
}

/** Formats origins as the setting `WAYBILL_ALLOWED_ORIGINS`. */
export function originsSetting(origins: readonly string[]): string {
  // JavaScript's `join` cannot join a list parameter.
  return Token.isUnresolved(origins) ? Fn.join(',', [...origins]) : origins.join(',')
}
