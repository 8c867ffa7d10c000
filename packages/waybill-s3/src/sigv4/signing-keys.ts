/**
 * A cache of signing keys. Deriving a key takes four HMACs, using it takes one.
 *
 * @module
 */

import type { Credentials } from './credentials.ts'
import { type Digest, type Hmac, type MaybePromise, platformDigest } from './digest.ts'
import { signingHmac } from './sigv4.ts'

/**
 * Returns the signing key for credentials and a scope, ready to sign with.
 *
 * The result is a promise only if Web Crypto has not finished deriving the key.
 */
export type SigningKeys = (credentials: Credentials, scope: string) => MaybePromise<Hmac>

interface KeptKey {
  readonly secretAccessKey: string
  readonly scope: string
  hmac: MaybePromise<Hmac>
}

/**
 * The maximum number of cached keys. Then the oldest is dropped. A signer needs one key a day, and
 * strict-s3 a few.
 */
const KEPT_KEYS = 64

/**
 * Creates a cache of signing keys. Failures are not cached, so the next call tries again.
 */
export function createSigningKeys(digest: Digest = platformDigest()): SigningKeys {
  // Newest first. This is an array because comparing with its first entry is cheaper than building
  // a map key.
  const keys: KeptKey[] = []
  const forget = (kept: KeptKey) => {
    const index = keys.indexOf(kept)
    if (index >= 0) keys.splice(index, 1)
  }
  return (credentials, scope) => {
    const { secretAccessKey } = credentials
    const found = keys.find(
      (kept) => kept.scope === scope && kept.secretAccessKey === secretAccessKey,
    )
    if (found) return found.hmac
    const hmac = signingHmac(credentials, scope, digest)
    const kept: KeptKey = { secretAccessKey, scope, hmac }
    if (hmac instanceof Promise) {
      hmac.then(
        (ready) => {
          kept.hmac = ready
        },
        () => forget(kept),
      )
    }
    keys.unshift(kept)
    if (keys.length > KEPT_KEYS) keys.pop()
    return hmac
  }
}
