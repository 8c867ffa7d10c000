import { nodeCrypto } from 'waybill-s3/internal/digest'

/**
 * Asks the platform each time. Bytes that are kept could be used twice: two processes that were
 * restored from one snapshot would have the same ones. In Node, this avoids Web Crypto, which takes
 * a while to load.
 */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  const node = nodeCrypto()
  return node ? node.randomFillSync(bytes) : crypto.getRandomValues(bytes)
}
