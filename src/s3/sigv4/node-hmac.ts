/**
 * HMAC-SHA-256 by its definition, from two of Node's one-shot hashes.
 *
 * `createHmac` makes a stream and looks its algorithm up for each message. Between two requests
 * little of that stays in the processor's cache: in a server it takes four times as long.
 *
 * @see https://www.rfc-editor.org/rfc/rfc2104
 * @module
 */

import type { NodeCrypto } from './node-crypto.ts'

/** Bytes that SHA-256 hashes at a time. */
const BLOCK = 64
const HASH = 32

/** Prepares the HMAC under one key. The result is in hexadecimal; messages are written as UTF-8. */
export function nodeHmac(node: NodeCrypto, key: Uint8Array): (message: string) => string {
  const own = key.length > BLOCK ? node.hash('sha256', key, 'buffer') : key.slice()
  const padded = (pad: number, room: number) => {
    const bytes = globalThis.Buffer.alloc(BLOCK + room, pad)
    for (const [at, byte] of own.entries()) bytes[at] = byte ^ pad
    return bytes
  }
  const outer = padded(0x5c, HASH)
  let inner = padded(0x36, 0)
  return (message) => {
    const room = message.length * 3 // the most that UTF-8 needs
    if (inner.length < BLOCK + room) inner = padded(0x36, room)
    const length = inner.write(message, BLOCK)
    outer.write(node.hash('sha256', inner.subarray(0, BLOCK + length), 'binary'), BLOCK, 'binary')
    return node.hash('sha256', outer)
  }
}
