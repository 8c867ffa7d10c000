/**
 * Signing keys that are derived once and kept: deriving one costs four HMACs, using it one.
 *
 * @module
 */

import type { Credentials } from './credentials.ts'
import { type Digest, type Hmac, type MaybePromise, platformDigest } from './digest.ts'
import { signingHmac } from './sigv4.ts'

/**
 * Returns the key of credentials and scope, ready to sign.
 *
 * Returns no promise when the digests are Node's, or the key is kept.
 */
export type SigningKeys = (credentials: Credentials, scope: string) => MaybePromise<Hmac>

interface KeptKey {
  readonly secretAccessKey: string
  readonly scope: string
  hmac: MaybePromise<Hmac>
}

/** How many keys are kept; the oldest is dropped. A signer needs one a day, a local S3 a few. */
const KEPT_KEYS = 64

/**
 * Creates a place that derives signing keys and keeps them.
 *
 * A failure is not kept, so that the next call tries again.
 */
export function createSigningKeys(digest: Digest = platformDigest()): SigningKeys {
  // Newest first. A list: comparing with its first entry is cheaper than building the key of a map.
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
