import { Fn, Token } from 'aws-cdk-lib'

/**
 * Validates origins at synthesis. An invalid one, for example with a trailing slash, would deploy
 * but match no page.
 *
 * @throws {Error} If a value is not an exact origin.
 */
export function checkOrigins(origins: readonly string[]): void {
  // A template's list parameter has no known length until deployment.
  if (Token.isUnresolved(origins)) return
  for (const origin of origins) {
    // A distribution's domain name is unknown at synthesis.
    if (Token.isUnresolved(origin)) continue
    if (origin.includes('*') || !URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new Error(
        `allowedOrigins has '${origin}', expected exact origins such as 'https://app.example.com'`,
      )
    }
  }
}

export function originsSetting(origins: readonly string[]): string {
  // JavaScript's `join` cannot join a list parameter.
  return Token.isUnresolved(origins) ? Fn.join(',', [...origins]) : origins.join(',')
}
