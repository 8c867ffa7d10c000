import { readText, show, typeError } from '../protocol/json-value.ts'
import type { UploadLimits } from '../protocol/upload-limits.ts'
import { readPems, readTokenSecrets } from './token-keys.ts'

const DEFAULT_EXPIRES_IN_SECONDS = 900
const MAX_TEXT = 2048
/** The first one that fits the key is used. */
const SIGNING_ALGORITHMS = ['RS256', 'ES256', 'ES384', 'EdDSA']

/** Options of `uploadToken`. Exactly one of `secret` and `privateKey` must be set. */
export interface UploadTokenOptions {
  /** The secret that the signer's `tokenAuthorize` has. */
  readonly secret?: string | undefined
  /** In PEM (PKCS #8). The signer's `tokenAuthorize` has its public key. */
  readonly privateKey?: string | undefined
  /** The private key's id in the issuer's key set (`kid`), if the signer has a `jwksUri`. */
  readonly keyId?: string | undefined
  /** The signer's public URL, as in the signer's `tokenAuthorize`. */
  readonly audience: string
  /** The caller's stable id: 1 to 255 characters. */
  readonly owner: string
  /**
   * From 1 to 86,400 seconds. An upload that has begun can be continued with another token.
   * @default 900
   */
  readonly expiresInSeconds?: number | undefined
  /** The `issuer` that the signer's `tokenAuthorize` expects, if any. */
  readonly issuer?: string | undefined
  /** What the caller may upload. */
  readonly only?: UploadLimits | undefined
  /**
   * `backend` for a token that never leaves the application's own server. It cannot upload, but get
   * the verdict on, link to, claim and remove the owner's files.
   */
  readonly scope?: 'backend' | undefined
  /** Replaces the clock in tests. */
  readonly now?: () => Date
}

/**
 * Creates an upload token, with which a page may upload until it expires. Give it only to the owner.
 *
 * @throws {TypeError | RangeError} If an option is invalid. The message names it, and never contains
 *   a secret or key.
 * @example
 * ```ts
 * const token = await uploadToken({
 *   secret: process.env.TOKEN_SECRET,
 *   audience: 'https://uploads.example.com',
 *   owner: user.id,
 *   only: { rules: ['avatar'], maxSize: '2 MB' },
 * })
 * ```
 */
export async function uploadToken(options: UploadTokenOptions): Promise<string> {
  const { keyId, scope, issuer, only, now = () => new Date() } = options
  const seconds = options.expiresInSeconds ?? DEFAULT_EXPIRES_IN_SECONDS
  if (scope !== undefined && scope !== 'backend') {
    throw new TypeError(`scope is ${show(scope)}, expected 'backend' or none`)
  }
  const { MAX_EXPIRES_IN_SECONDS, MAX_OWNER_LENGTH, uploadClaim } = await import(
    './token-claims.ts'
  )
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_EXPIRES_IN_SECONDS) {
    throw new RangeError(
      `expiresInSeconds is ${seconds}, expected a whole number from 1 to ${MAX_EXPIRES_IN_SECONDS}`,
    )
  }
  const { alg, key } = await readKey(options)
  const iat = Math.floor(now().getTime() / 1000)
  const claims = {
    sub: readText(options.owner, 'owner', { max: MAX_OWNER_LENGTH }, typeError),
    aud: readText(options.audience, 'audience', { max: MAX_TEXT }, typeError),
    iat,
    exp: iat + seconds,
    ...(issuer === undefined ? {} : { iss: issuer }),
    ...(only === undefined ? {} : { upload: uploadClaim(only) }),
    ...(scope === undefined ? {} : { scope }),
  }
  const header = { alg, typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) }
  const { SignJWT } = await import('jose/jwt/sign')
  return new SignJWT(claims).setProtectedHeader(header).sign(key)
}

interface SigningKey {
  readonly alg: string
  readonly key: CryptoKey | Uint8Array
}

async function readKey({ secret, privateKey }: UploadTokenOptions): Promise<SigningKey> {
  if ((secret === undefined) === (privateKey === undefined)) {
    const what = secret === undefined ? 'neither' : 'both'
    throw new TypeError(`expected secret or privateKey, but ${what} is set`)
  }
  if (privateKey === undefined) {
    return { alg: 'HS256', key: new TextEncoder().encode(readTokenSecrets(secret)[0]) }
  }
  const [pem = ''] = readPems('privateKey', 'PRIVATE KEY', privateKey)
  const { importPKCS8 } = await import('jose/key/import')
  for (const alg of SIGNING_ALGORITHMS) {
    const key = await importPKCS8(pem, alg).catch(() => undefined)
    if (key) return { alg, key }
  }
  throw new TypeError(`privateKey is not a key for ${SIGNING_ALGORITHMS.join(', ')}`)
}
