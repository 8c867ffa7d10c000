/**
 * Checks upload tokens: first the signature, then the claims. The signer loads this file with the
 * first token.
 *
 * @module
 */

import { decode, encode } from 'jose/base64url'
import { compactVerify } from 'jose/jws/compact/verify'
import type { JWTVerifyGetKey } from 'jose/jwt/verify'
import { importSPKI } from 'jose/key/import'
import { isRecord, type JsonRecord } from '../protocol/json-value.ts'
import { UploadError } from '../protocol/upload-error.ts'
import { invalidToken, PUBLIC_KEY_ALGORITHMS } from './bearer-token.ts'

/** Finds a key for a token, or throws. */
type FindKey = JWTVerifyGetKey

export interface TokenKeys {
  readonly algorithms: readonly string[]
  /** A token is valid if one of them finds the key that signed it. */
  readonly finders: readonly FindKey[]
}

export function secretKeys(secrets: readonly string[]): TokenKeys {
  const keys = secrets.map((secret) => new TextEncoder().encode(secret))
  return { algorithms: ['HS256'], finders: keys.map((key) => () => key) }
}

/**
 * @param pems - Public keys. Each works only with the algorithms for its own type.
 * @throws {TypeError} If one of them cannot be used.
 */
export async function publicKeys(pems: readonly string[]): Promise<TokenKeys> {
  const finders = pems.map(async (pem, index) => {
    const byAlgorithm = new Map<string, CryptoKey>()
    for (const algorithm of PUBLIC_KEY_ALGORITHMS) {
      const key = await importSPKI(pem, algorithm).catch(() => undefined)
      if (key && isLongEnough(key)) byAlgorithm.set(algorithm, key)
    }
    if (byAlgorithm.size === 0) {
      throw new TypeError(
        `publicKey ${index + 1} of ${pems.length} is not a key for ${PUBLIC_KEY_ALGORITHMS.join(', ')}`,
      )
    }
    return ({ alg = '' }: { readonly alg?: string }) => byAlgorithm.get(alg) ?? noKey()
  })
  return { algorithms: PUBLIC_KEY_ALGORITHMS, finders: await Promise.all(finders) }
}

/** Shorter RSA keys are not secure. */
function isLongEnough({ algorithm }: CryptoKey): boolean {
  return !('modulusLength' in algorithm) || Number(algorithm.modulusLength) >= 2048
}

function noKey(): never {
  throw new TypeError('the key is for another algorithm')
}

/**
 * Returns the claims of a token that one of the keys has signed.
 *
 * @throws {UploadError} `UNAUTHENTICATED` for any other token, or if the claims are not a JSON
 *   object; `SIGNER_UNAVAILABLE` if the keys cannot be fetched.
 */
export async function openToken(keys: TokenKeys, token: string): Promise<JsonRecord> {
  // In canonical form only, so that no other text is the same token.
  const parts = token.split('.', 4).map(decodeCanonical)
  const [header] = parts
  if (parts.length !== 3 || parts.includes(undefined) || !header) throw invalidToken()
  const payload = await verifiedPayload(keys, token)
  // Reading costs more than checking the signature, so only the holder of a key can cause it.
  const parameters = readJson(header)
  // `b64` would change how the payload has to be read. `jose` rejects other critical parameters.
  if (!parameters || 'b64' in parameters) throw invalidToken()
  const claims = readJson(payload)
  if (claims) return claims
  throw new UploadError(
    'UNAUTHENTICATED',
    "the token's payload is not a JSON object in which each name occurs once",
  )
}

function decodeCanonical(part: string): Uint8Array | undefined {
  try {
    const bytes = decode(part)
    return encode(bytes) === part ? bytes : undefined
  } catch {
    return undefined
  }
}

async function verifiedPayload(
  { algorithms, finders }: TokenKeys,
  token: string,
): Promise<Uint8Array> {
  let cause: unknown
  for (const find of finders) {
    try {
      return (await compactVerify(token, find, { algorithms: [...algorithms] })).payload
    } catch (error) {
      if (error instanceof UploadError) throw error
      cause = error
    }
  }
  throw invalidToken(cause)
}

const STRINGS = /"(?:[^"\\]|\\.)*"(\s*:)?/g

/**
 * Parses JSON that is an object. `JSON.parse` would accept an object in which a name occurs twice,
 * and use the second value: another parser may have checked the first.
 */
function readJson(bytes: Uint8Array): JsonRecord | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    let names = 0
    const value: unknown = JSON.parse(text, function count(this: unknown, _name, member: unknown) {
      if (!Array.isArray(this)) names += 1
      return member
    })
    const written = [...text.matchAll(STRINGS)].filter(([, colon]) => colon !== undefined)
    // The parsed value itself counts as a member with an empty name.
    return isRecord(value) && written.length === names - 1 ? value : undefined
  } catch {
    return undefined
  }
}
