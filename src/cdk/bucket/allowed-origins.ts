/**
 * Origins as props, checked where they are given: one with a slash too many would deploy, and match no page.
 *
 * @module
 */

import { Token } from 'aws-cdk-lib'

/** @throws {Error} When one is not exactly an origin: `*`, a path, a trailing slash. */
export function checkOrigins(origins: readonly string[]): void {
  for (const origin of origins) {
    // A distribution's own domain is known to CloudFormation alone.
    if (Token.isUnresolved(origin)) continue
    if (origin.includes('*') || !URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new Error(
        `allowedOrigins has '${origin}', expected exact origins such as 'https://app.example.com'`,
      )
    }
  }
}
