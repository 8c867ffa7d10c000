/**
 * Random bytes from a pool: asking the platform for a few costs as much as for a thousand.
 *
 * @module
 */

import { nodeCrypto } from 'waybill-s3/internal/node-crypto'

/** Bytes that are asked for at once. */
const POOL_SIZE = 1024

/**
 * Creates a function that draws random bytes. Each byte is given out once, and is then gone from
 * the pool.
 *
 * @param fill - Fills an array with unpredictable bytes.
 */
export function randomPool(fill: (bytes: Uint8Array<ArrayBuffer>) => void) {
  let pool = new Uint8Array()
  return (length: number): Uint8Array<ArrayBuffer> => {
    if (pool.length < length) {
      const filled = new Uint8Array(Math.max(POOL_SIZE, length))
      fill(filled) // when it throws, nothing of this is ever given out
      pool = filled
    }
    const drawn = pool.slice(0, length)
    pool.fill(0, 0, length)
    pool = pool.subarray(length)
    return drawn
  }
}

/** Draws from the platform. In Node, Web Crypto would be loaded only for this: a millisecond. */
export const randomBytes = randomPool((bytes) => {
  const node = nodeCrypto()
  if (node) node.randomFillSync(bytes)
  else crypto.getRandomValues(bytes)
})
