/**
 * Checks origins in props. An origin with one slash too many would deploy and match no page.
 *
 * @module
 */

import { Fn, Token } from 'aws-cdk-lib'

/**
 * Checks the prop `allowedOrigins`.
 *
 * @throws {Error} When a value is not exactly an origin: `*`, a path, a trailing slash.
 */
export function checkOrigins(origins: readonly string[]): void {
  // A parameter of the template with a list: its length, too, is only known at deployment.
  if (Token.isUnresolved(origins)) return
  for (const origin of origins) {
    // Only CloudFormation knows the domain of a distribution.
    if (Token.isUnresolved(origin)) continue
    if (origin.includes('*') || !URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new Error(
        `allowedOrigins has '${origin}', expected exact origins such as 'https://app.example.com'`,
      )
    }
  }
}

/** Writes origins as the setting `WAYBILL_ALLOWED_ORIGINS`. */
export function originsSetting(origins: readonly string[]): string {
  // `join` of JavaScript cannot join a list of a parameter.
  return Token.isUnresolved(origins) ? Fn.join(',', [...origins]) : origins.join(',')
}
