/**
 * The caller whom verified claims of a token name.
 *
 * @module
 */

import type { SignerRequest, VerifiedCaller } from '../protocol/index.ts'

/** Finds out who sent a request. It throws `UNAUTHENTICATED` when that cannot be verified. */
export type CallerCheck = (request: SignerRequest) => Promise<VerifiedCaller>

/**
 * @param claims - Verified: whoever reads them here believes them.
 * @returns Its owner is `<iss>#<sub>`: two issuers may each have a subject of the same name. An issuer is an address
 *   without fragment (OpenID Connect Core, section 2), so the first `#` divides them. `undefined` when one is missing.
 */
export function tokenCaller(claims: Readonly<Record<string, unknown>>): VerifiedCaller | undefined {
  const { iss, sub } = claims
  if (typeof iss !== 'string' || iss === '' || iss.includes('#')) return undefined
  if (typeof sub !== 'string' || sub === '') return undefined
  return { owner: `${iss}#${sub}`, claims }
}
