/**
 * Chooses the cryptography of a seal: Node's where it exists, otherwise Web Crypto and `jose`.
 *
 * A Lambda has already loaded `node:crypto` to sign with. Web Crypto and `jose` would cost its
 * first request another 5 ms of CPU. Each opens what the other has sealed; the tests check this.
 *
 * @module
 */

import type { MaybePromise } from 'waybill-s3/internal/digest'
import { nodeSealCrypto } from './node-seal-crypto.ts'
import type { SealCrypto } from './seal-crypto.ts'

/** Returns the cryptography of this platform. Web Crypto's is loaded only where it is needed. */
export function chooseSealCrypto(): MaybePromise<SealCrypto> {
  return nodeSealCrypto() ?? import('./web-seal-crypto.ts').then((web) => web.webSealCrypto())
}
