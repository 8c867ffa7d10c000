import { Token } from 'aws-cdk-lib'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
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
 * - `token`: bearers of an upload token, which your own server signs. An upload's owner is `sub`.
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
  | UploadTokenAuth

/** Exactly one of `secret`, `publicKey` and `jwksUri` must be set. */
export interface UploadTokenAuth {
  readonly type: 'token'
  /** The `aud` that tokens must have, such as the signer's public URL. */
  readonly audience: string
  /** For HS256: a secret of its own, never the one that seals waybills. */
  readonly secret?: ISecret
  /** One or more public keys as PEM. */
  readonly publicKey?: string
  /** URL where your server publishes its public keys. */
  readonly jwksUri?: string
  /**
   * The `iss` that tokens must have.
   * @default - any or none
   */
  readonly issuer?: string
}

/** @returns Where the signer fetches public keys, if it does. */
export function keyAddresses(auth: SignerAuth): readonly string[] {
  if (auth.type !== 'jwt' && auth.type !== 'token') return []
  const address = auth.type === 'jwt' ? (auth.jwksUri ?? auth.issuer) : auth.jwksUri
  if (address === undefined) return []
  return [Token.isUnresolved(address) ? 'the issuer of the tokens' : address]
}

const TYPES = ['none', 'rules', 'iam', 'jwt', 'token']

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
      `auth is ${type === undefined ? 'missing' : `'${type}'`}, expected { type: 'jwt', issuer, audience }, ` +
        "{ type: 'token', secret, audience } or { type: 'iam' }; { type: 'rules' } if the rules in your code have authorize; { type: 'none' } if every " +
        'rule is public',
    )
  }
  if (type === 'iam' || type === 'jwt' || type === 'token') return
  for (const [name, rule] of Object.entries(rules ?? {})) {
    if (rule.public) continue
    throw new Error(
      `auth is '${type}', but rules.${name} is not public: set auth to 'jwt', 'token' or 'iam', or set public: true in the rule`,
    )
  }
}

/**
 * @throws {Error} If a value is invalid. URLs must use https, because an attacker could otherwise
 *   replace the issuer's keys.
 */
export function authSettings(auth: SignerAuth): Record<string, string> {
  if (auth.type === 'token') return tokenSettings(auth)
  if (auth.type !== 'jwt') return { WAYBILL_AUTH: auth.type }
  const { issuer, audience, jwksUri } = auth
  checkAddresses({ issuer, jwksUri })
  if (!Token.isUnresolved(issuer) && issuer.includes('#')) {
    throw new Error(`auth.issuer is '${issuer}', expected a URL without '#'`)
  }
  checkAudience(audience)
  return {
    WAYBILL_AUTH: auth.type,
    WAYBILL_JWT_ISSUER: issuer,
    WAYBILL_JWT_AUDIENCE: audience,
    ...(jwksUri ? { WAYBILL_JWKS_URI: jwksUri } : {}),
  }
}

function tokenSettings(auth: UploadTokenAuth): Record<string, string> {
  const { audience, secret, publicKey, jwksUri, issuer } = auth
  const keys = Object.entries({
    WAYBILL_TOKEN_SECRET_ARN: secret?.secretArn,
    WAYBILL_TOKEN_PUBLIC_KEY: publicKey,
    WAYBILL_TOKEN_JWKS_URI: jwksUri,
  }).flatMap(([name, value]) => (value ? [[name, value] as const] : []))
  if (keys.length !== 1) {
    throw new Error(
      `auth 'token' needs one of secret, publicKey and jwksUri, but ${keys.length} of them are set`,
    )
  }
  checkAddresses({ jwksUri })
  checkAudience(audience)
  return {
    WAYBILL_AUTH: auth.type,
    WAYBILL_TOKEN_AUDIENCE: audience,
    ...Object.fromEntries(keys),
    ...(issuer ? { WAYBILL_TOKEN_ISSUER: issuer } : {}),
  }
}

function checkAddresses(addresses: Readonly<Record<string, string | undefined>>): void {
  for (const [name, address] of Object.entries(addresses)) {
    // A Cognito user pool's URL is unknown at synthesis.
    if (address === undefined || Token.isUnresolved(address)) continue
    if (!address.startsWith('https://')) {
      throw new Error(`auth.${name} is '${address}', expected a URL that begins with https://`)
    }
  }
}

function checkAudience(audience: string): void {
  if (audience) return
  throw new Error('auth.audience is empty, expected the `aud` of the tokens')
}
