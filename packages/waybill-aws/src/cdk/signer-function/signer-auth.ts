/**
 * Who may call the signer, as a prop.
 *
 * @module
 */

import { Token } from 'aws-cdk-lib'
import type { DeclaredRule } from './declared-rule.ts'

/**
 * Who may call the signer:
 *
 * - `none`: everyone. Each rule must be public.
 * - `rules`: callers that `authorize` allows, either of the rules in `code` or of its
 *   `lambdaHandler`.
 * - `iam`: callers that IAM allows to invoke the Function URL (`grantInvokeUrl`). The upload
 *   belongs to the caller's ARN.
 * - `jwt`: bearers of a token from one issuer. The upload belongs to issuer and subject, as
 *   `<iss>#<sub>`.
 */
export type SignerAuth =
  | { readonly type: 'none' }
  | { readonly type: 'rules' }
  | { readonly type: 'iam' }
  | {
      readonly type: 'jwt'
      /** `iss` of the tokens, an https URL. */
      readonly issuer: string
      /** `aud` of the tokens. */
      readonly audience: string
      /**
       * Where the issuer publishes its keys.
       * @default - `<issuer>/.well-known/jwks.json`
       */
      readonly jwksUri?: string
    }

/** Returns where the tokens' keys come from, for a message. */
export function issuerOf({ issuer, jwksUri = issuer }: Extract<SignerAuth, { type: 'jwt' }>) {
  return Token.isUnresolved(jwksUri) ? 'the issuer of the tokens' : jwksUri
}

const TYPES = ['none', 'rules', 'iam', 'jwt']

/**
 * Validates the prop `auth`, on its own and together with the rules.
 *
 * @param rules - Rules of the prebuilt signer; missing if the signer has its own code.
 * @throws {Error} If it is missing, or a rule needs callers that it does not allow.
 */
export function checkAuth(
  auth: SignerAuth,
  rules: Readonly<Record<string, DeclaredRule>> | undefined,
): void {
  // JavaScript callers may omit it.
  const type: unknown = auth?.type
  if (!TYPES.includes(String(type))) {
    throw new Error(
      `auth is ${type === undefined ? 'missing' : `'${type}'`}, expected { type: 'jwt', issuer, audience } or ` +
        "{ type: 'iam' }; { type: 'rules' } if the rules in your code have authorize; { type: 'none' } if every " +
        'rule is public',
    )
  }
  if (type === 'iam' || type === 'jwt') return
  for (const [name, rule] of Object.entries(rules ?? {})) {
    if (rule.public) continue
    throw new Error(
      `auth is '${type}', but rules.${name} is not public: set auth to 'jwt' or 'iam', or set public: true in the rule`,
    )
  }
}

/**
 * Returns the environment variables for `auth`.
 *
 * @throws {Error} If the issuer is not reached over https: an attacker could replace its keys.
 */
export function authSettings(auth: SignerAuth): Record<string, string> {
  if (auth.type !== 'jwt') return { WAYBILL_AUTH: auth.type }
  const { issuer, audience, jwksUri } = auth
  for (const [name, address] of Object.entries({ issuer, jwksUri })) {
    // Only CloudFormation knows a user pool's URL.
    if (address === undefined || Token.isUnresolved(address)) continue
    if (!address.startsWith('https://')) {
      throw new Error(`auth.${name} is '${address}', expected a URL that begins with https://`)
    }
  }
  if (!Token.isUnresolved(issuer) && issuer.includes('#')) {
    throw new Error(`auth.issuer is '${issuer}', expected a URL without '#'`)
  }
  if (audience === '') throw new Error('auth.audience is empty, expected the `aud` of the tokens')
  return {
    WAYBILL_AUTH: auth.type,
    WAYBILL_JWT_ISSUER: issuer,
    WAYBILL_JWT_AUDIENCE: audience,
    ...(jwksUri ? { WAYBILL_JWKS_URI: jwksUri } : {}),
  }
}
