/**
 * Reads the settings for `WAYBILL_AUTH=token`. The code that checks tokens is loaded with the first
 * call, so that a signer without tokens never parses it.
 *
 * @module
 */

import { UploadError } from '../protocol/upload-error.ts'
import type { TokenAuthorizeOptions } from '../tokens/token-authorize.ts'
import type { CallerCheck } from '../tokens/token-caller.ts'
import { readPems } from '../tokens/token-keys.ts'
import { type Environment, required } from './environment.ts'
import { type SecretReader, type SettingsSource, sealingSecret, secretFrom } from './secrets.ts'

const KEYS = [
  'WAYBILL_TOKEN_SECRET',
  'WAYBILL_TOKEN_SECRET_ARN',
  'WAYBILL_TOKEN_PUBLIC_KEY',
  'WAYBILL_TOKEN_JWKS_URI',
]
const OTHERS = ['WAYBILL_JWT_ISSUER', 'WAYBILL_JWT_AUDIENCE', 'WAYBILL_JWKS_URI']

/** @throws {TypeError | RangeError} If a setting is missing, invalid or belongs to `jwt`. */
export function uploadTokenCheck(
  source: SettingsSource,
  { onError }: Pick<TokenAuthorizeOptions, 'onError'>,
): CallerCheck {
  const { environment } = source
  const other = OTHERS.find((name) => environment[name])
  if (other !== undefined) {
    throw new TypeError(`${other} belongs to WAYBILL_AUTH 'jwt', but it is 'token': remove one`)
  }
  const options = {
    ...keysFrom(source),
    audience: required(environment, 'WAYBILL_TOKEN_AUDIENCE'),
    issuer: environment.WAYBILL_TOKEN_ISSUER || undefined,
    ...(onError ? { onError } : {}),
    ...(source.now ? { now: source.now } : {}),
  }
  let loading: Promise<CallerCheck> | undefined
  return async (request) => {
    loading ??= import('../tokens/token-authorize.ts').then(({ tokenAuthorize }) => {
      const authorize = tokenAuthorize(options)
      return async (asked) => {
        const authorization = await authorize(asked, undefined)
        if (authorization) return authorization
        throw new UploadError('UNAUTHENTICATED', 'the token is not valid here')
      }
    })
    return (await loading)(request)
  }
}

function keysFrom(
  source: SettingsSource,
): Pick<TokenAuthorizeOptions, 'secret' | 'publicKey' | 'jwksUri'> {
  const { environment } = source
  const set = KEYS.filter((name) => environment[name])
  if (set.length !== 1) {
    const given = set.length === 0 ? 'none of them is set' : `${set.join(' and ')} are set`
    throw new TypeError(`WAYBILL_AUTH 'token' needs one of ${KEYS.join(', ')}: ${given}`)
  }
  const { WAYBILL_TOKEN_PUBLIC_KEY: publicKey, WAYBILL_TOKEN_JWKS_URI: jwksUri } = environment
  if (publicKey) return { publicKey: readPems('WAYBILL_TOKEN_PUBLIC_KEY', 'PUBLIC KEY', publicKey) }
  if (jwksUri) return { jwksUri: checkUrl(jwksUri) }
  const secret = secretFrom(source, 'WAYBILL_TOKEN_SECRET')
  checkDiffer(environment)
  return { secret: ownSecret(secret, sealingSecret(source)) }
}

function checkUrl(jwksUri: string): string {
  if (/^https?:/.test(jwksUri) && URL.canParse(jwksUri)) return jwksUri
  throw new TypeError(`WAYBILL_TOKEN_JWKS_URI is '${jwksUri}', expected a URL`)
}

/** Finds at the start what is found with the first token otherwise. */
function checkDiffer(environment: Environment): void {
  for (const end of ['', '_ARN']) {
    const value = environment[`WAYBILL_TOKEN_SECRET${end}`]
    if (value && value.trim() === environment[`WAYBILL_SECRET${end}`]?.trim()) throw isShared()
  }
}

/** With the sealing secret, the application's server could also make waybills and receipts. */
function ownSecret(token: SecretReader, sealing: SecretReader): SecretReader {
  return async () => {
    const [tokens, seals] = await Promise.all([token(), sealing()])
    const seal = new Set(seals.map((secret) => secret.trim()))
    if (tokens.some((secret) => seal.has(secret.trim()))) throw isShared()
    return tokens
  }
}

function isShared(): TypeError {
  return new TypeError(
    'WAYBILL_TOKEN_SECRET is also the secret that seals waybills: create another one for tokens',
  )
}
