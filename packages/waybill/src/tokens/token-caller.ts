import type { Authorization, SignerRequest, VerifiedCaller } from '../protocol/authorization.ts'

/** Returns the verified caller and the caller's limits, if any, or throws `UNAUTHENTICATED`. */
export type CallerCheck = (
  request: SignerRequest,
) => Promise<VerifiedCaller & Pick<Authorization, 'only'>>

/**
 * Converts verified claims to a caller.
 *
 * The owner is `<iss>#<sub>`, because two issuers can use the same subject. The first `#` separates
 * them: an issuer is a URL without a fragment (OpenID Connect Core, section 2).
 *
 * @returns `undefined` if `iss` or `sub` is missing.
 */
export function tokenCaller(claims: Readonly<Record<string, unknown>>): VerifiedCaller | undefined {
  const { iss, sub } = claims
  if (typeof iss !== 'string' || iss === '' || iss.includes('#')) return undefined
  if (typeof sub !== 'string' || sub === '') return undefined
  return { owner: `${iss}#${sub}`, claims }
}
