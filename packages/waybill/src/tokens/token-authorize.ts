/**
 * Makes a signer accept upload tokens, which an application's own server signs.
 *
 * @module
 */

import { printError } from '../events/report-error.ts'
import type { Authorize, SignerRequest } from '../protocol/authorization.ts'
import { readText, show, typeError } from '../protocol/json-value.ts'
import { bySecret, type SecretProvider } from '../seal/secret.ts'
import { bearerOf, PUBLIC_KEY_ALGORITHMS } from './bearer-token.ts'
import type { TokenKeys } from './check-token.ts'
import type { TokenAuthorization } from './token-claims.ts'
import { readPems, readTokenSecrets } from './token-keys.ts'

/** Options of `tokenAuthorize`. Exactly one of `secret`, `publicKey` and `jwksUri` must be set. */
export interface TokenAuthorizeOptions {
  /**
   * For tokens that are signed with HS256: at least 32 random characters, which only this signer and
   * the application's server know. Never the signer's own `secret`. A list, or a function that
   * returns one, lets you replace the secret: tokens may be signed with any of them.
   */
  readonly secret?: SecretProvider
  /** Public keys in PEM, for RS256, PS256, ES256, ES384 and EdDSA. A token may fit any of them. */
  readonly publicKey?: string | readonly string[] | undefined
  /** The URL of a JSON Web Key Set with such public keys. */
  readonly jwksUri?: string | undefined
  /** The signer's public URL. A token's `aud` must be the same, but for slashes at the end. */
  readonly audience: string
  /**
   * The `iss` that tokens must have.
   * @default - any or none
   */
  readonly issuer?: string | undefined
  /**
   * Receives errors that callers do not see: keys could not be fetched, so cached ones were used.
   * @default prints them
   */
  readonly onError?: (error: unknown) => void
  /** Replaces the clock in tests. */
  readonly now?: () => Date
}

const MAX_TEXT = 2048

/**
 * Creates an `authorize` for a signer or a rule that accepts upload tokens: JSON Web Tokens in the
 * header `Authorization`, as `uploadToken` creates them. The token's `sub` is the owner, and its
 * `upload` becomes `only`.
 *
 * @throws {TypeError | RangeError} If an option is invalid. The message names it, and never contains
 *   a secret.
 * @example
 * ```ts
 * const authorize = tokenAuthorize({
 *   secret: () => process.env.TOKEN_SECRET,
 *   audience: 'https://uploads.example.com',
 * })
 * ```
 */
export function tokenAuthorize(options: TokenAuthorizeOptions): Authorize<TokenAuthorization> {
  const { issuer, now = () => new Date() } = options
  const audience = readText(options.audience, 'audience', { max: MAX_TEXT }, typeError)
  if (issuer !== undefined) readText(issuer, 'issuer', { max: MAX_TEXT }, typeError)
  const keys = keysFrom(options)
  const check = async (request: SignerRequest) => {
    const token = bearerOf(request)
    // Loaded with the first token, so that a signer without tokens never parses this code.
    const [{ openToken }, { readClaims }] = await Promise.all([
      import('./check-token.ts'),
      import('./token-claims.ts'),
    ])
    const claims = await openToken(await keys(), token)
    return readClaims(claims, { audience, issuer, now: now() })
  }
  // `GET B/rules` asks for each rule: an attacker's token must not be checked as many times.
  const checked = new WeakMap<SignerRequest, Promise<TokenAuthorization>>()
  return (request) => {
    const authorization = checked.get(request) ?? check(request)
    checked.set(request, authorization)
    return authorization
  }
}

function keysFrom({
  secret,
  publicKey,
  jwksUri,
  onError = printError,
}: TokenAuthorizeOptions): () => Promise<TokenKeys> {
  const given = Object.entries({ secret, publicKey, jwksUri }).filter(([, value]) => value)
  if (given.length !== 1) {
    const names = given.map(([name]) => name).join(' and ') || 'none'
    throw new TypeError(`expected one of secret, publicKey and jwksUri, but ${names} is set`)
  }
  if (publicKey !== undefined) {
    const pems = readPems('publicKey', 'PUBLIC KEY', publicKey)
    return once(async () => (await import('./check-token.ts')).publicKeys(pems))
  }
  if (jwksUri !== undefined) {
    if (!URL.canParse(jwksUri)) throw new TypeError(`jwksUri is ${show(jwksUri)}, expected a URL`)
    return once(async () => {
      const { issuerKeys } = await import('./issuer-keys.ts')
      return {
        algorithms: PUBLIC_KEY_ALGORITHMS,
        finders: [issuerKeys({ jwksUri, onError })],
      }
    })
  }
  const current = bySecret(secret, readTokenSecrets)
  return async () => (await import('./check-token.ts')).secretKeys(await current().catch(noSecret))
}

function once<Value>(load: () => Promise<Value>): () => Promise<Value> {
  let loading: Promise<Value> | undefined
  return () => {
    loading ??= load()
    return loading
  }
}

/** The signer also has another secret, which seals waybills, so the message says which is meant. */
function noSecret({ cause }: { readonly cause?: unknown }): never {
  const reason = cause instanceof Error ? cause.message : String(cause)
  throw new Error(`the secret of tokenAuthorize is not available: ${reason}`, { cause })
}
