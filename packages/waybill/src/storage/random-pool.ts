/**
 * Draws random bytes from a pool, because requesting a few bytes from the platform costs as much as
 * requesting a thousand.
 *
 * @module
 */

import { nodeCrypto } from 'waybill-s3/internal/node-crypto'

const POOL_SIZE = 1024

/** Each byte is returned once and then erased from the pool. */
export function randomPool(fill: (bytes: Uint8Array<ArrayBuffer>) => void) {
  let pool = new Uint8Array()
  return (length: number): Uint8Array<ArrayBuffer> => {
    if (pool.length < length) {
      const filled = new Uint8Array(Math.max(POOL_SIZE, length))
      fill(filled) // if this throws, the bytes are never used
      pool = filled
    }
    const drawn = pool.slice(0, length)
    pool.fill(0, 0, length)
    pool = pool.subarray(length)
    return drawn
  }
}

/** In Node, this avoids Web Crypto, which takes a while to load. */
export const randomBytes = randomPool((bytes) => {
  const node = nodeCrypto()
  if (node) node.randomFillSync(bytes)
  else crypto.getRandomValues(bytes)
})
