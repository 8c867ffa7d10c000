/**
 * Caches signing keys. Deriving a key takes four HMACs, and using it takes only one.
 *
 * @module
 */

import type { Credentials } from './credentials.ts'
import { type Digest, type Hmac, type MaybePromise, platformDigest } from './digest.ts'
import { signingHmac } from './sigv4.ts'

/** The result is a promise only while Web Crypto is deriving the key. */
export type SigningKeys = (credentials: Credentials, scope: string) => MaybePromise<Hmac>

interface KeptKey {
  readonly secretAccessKey: string
  readonly scope: string
  hmac: MaybePromise<Hmac>
}

/** The oldest key is dropped at this limit. A signer needs one key per day, strict-s3 a few. */
const KEPT_KEYS = 64

/** Failures are not cached, so the next call tries again. */
export function createSigningKeys(digest: Digest = platformDigest()): SigningKeys {
  // Newest first. Comparing with an array's first entry is cheaper than building a map key.
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
