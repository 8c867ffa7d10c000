/**
 * Encodes the few DER elements that private keys and ECDSA signatures need.
 *
 * @see https://www.itu.int/rec/T-REC-X.690
 * @module
 */

export function derSequence(...elements: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return element(0x30, concat(elements))
}

export function derOctets(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return element(0x04, bytes)
}

/**
 * Encodes a non-negative INTEGER.
 *
 * @param bytes - Big-endian, at least one byte. Leading zeros are dropped. One zero byte is added
 *   if the number would otherwise be negative.
 */
export function derInteger(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const first = bytes.findIndex((byte) => byte !== 0)
  const digits = first < 0 ? Uint8Array.of(0) : bytes.subarray(first)
  const isNegative = (digits[0] ?? 0) >= 0x80
  return element(0x02, isNegative ? concat([Uint8Array.of(0), digits]) : digits)
}

function element(tag: number, content: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat([Uint8Array.of(tag, ...lengthOf(content.length)), content])
}

/** From length 128 on, the first byte contains the number of length bytes that follow. */
function lengthOf(length: number): number[] {
  if (length < 0x80) return [length]
  const digits: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256)
  return [0x80 + digits.length, ...digits]
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
