import { Token } from 'aws-cdk-lib'
import type { DeclaredRule } from './declared-rule.ts'

/**
 * Who can call the signer:
 *
 * - `none`: everyone. Every rule must be public.
 * - `rules`: callers that `authorize` allows. Set it in the rules in `code`, or pass it to
 *   `lambdaHandler` there.
 * - `iam`: callers that IAM allows to invoke the Function URL or HTTP API (`grantInvokeUrl`). An
 *   upload's owner is the caller's ARN or Cognito identity id.
 * - `jwt`: bearers of a token from one issuer. An upload's owner is `<iss>#<sub>`, the token's
 *   issuer and subject.
 */
export type SignerAuth =
  | { readonly type: 'none' }
  | { readonly type: 'rules' }
  | { readonly type: 'iam' }
  | {
      readonly type: 'jwt'
      /** The `iss` that tokens must have, an https URL. */
      readonly issuer: string
      /** The `aud` that tokens must have. */
      readonly audience: string
      /**
       * URL where the issuer publishes its keys.
       * @default - `<issuer>/.well-known/jwks.json`
       */
      readonly jwksUri?: string
    }

export function issuerOf({ issuer, jwksUri = issuer }: Extract<SignerAuth, { type: 'jwt' }>) {
  return Token.isUnresolved(jwksUri) ? 'the issuer of the tokens' : jwksUri
}

const TYPES = ['none', 'rules', 'iam', 'jwt']

/**
 * @param rules - `undefined` if the signer runs your own code.
 * @throws {Error} If `auth` is missing or unknown, or if it verifies no callers although a rule is
 *   not public.
 */
export function checkAuth(
  auth: SignerAuth,
  rules: Readonly<Record<string, DeclaredRule>> | undefined,
): void {
  // JavaScript callers can omit `auth`.
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
 * @throws {Error} If a value is invalid. URLs must use https, because an attacker could otherwise
 *   replace the issuer's keys.
 */
export function authSettings(auth: SignerAuth): Record<string, string> {
  if (auth.type !== 'jwt') return { WAYBILL_AUTH: auth.type }
  const { issuer, audience, jwksUri } = auth
  for (const [name, address] of Object.entries({ issuer, jwksUri })) {
    // A Cognito user pool's URL is unknown at synthesis.
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
