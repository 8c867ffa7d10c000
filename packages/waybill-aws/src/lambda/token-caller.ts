/**
 * Reads the caller from a token's verified claims.
 *
 * @module
 */

import type { SignerRequest, VerifiedCaller } from 'waybill'

/** Determines who sent a request. Throws `UNAUTHENTICATED` if the caller cannot be verified. */
export type CallerCheck = (request: SignerRequest) => Promise<VerifiedCaller>

/**
 * Reads the caller.
 *
 * @param claims - Verified claims; this function does not check them.
 * @returns A caller whose owner is `<iss>#<sub>`, because two issuers can use the same subject. The
 *   first `#` separates them: an issuer is a URL without a fragment (OpenID Connect Core, section
 *   2). `undefined` if either is missing.
 */
export function tokenCaller(claims: Readonly<Record<string, unknown>>): VerifiedCaller | undefined {
  const { iss, sub } = claims
  if (typeof iss !== 'string' || iss === '' || iss.includes('#')) return undefined
  if (typeof sub !== 'string' || sub === '') return undefined
  return { owner: `${iss}#${sub}`, claims }
}
