/**
 * Formats, parses and combines CRC64NVME values. Combining two values does not read the bytes
 * again, because appending `n` bytes multiplies a CRC by x^8n modulo the polynomial. Values are
 * pairs of 32-bit halves, because `BigInt` is much slower.
 *
 * @see https://www.zlib.net/crc_v3.txt – polynomials and reflected CRCs
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 *   – full-object checksums
 * @module
 */

/**
 * A CRC64NVME as two unsigned halves. It is reflected: bit 31 of `high` is the coefficient of x^0.
 */
export interface Crc64 {
  readonly high: number
  readonly low: number
}

/** The polynomial 0xad93d23594c93659, reflected. */
export const POLYNOMIAL: Crc64 = { high: 0x9a6c9329, low: 0xac4bc9b5 }
const ONE: Crc64 = { high: 0x8000_0000, low: 0 }
const BYTE: Crc64 = { high: 0x0080_0000, low: 0 }

export const CRC64_OF_NOTHING: Crc64 = { high: 0, low: 0 }

/** @returns `a · b` modulo the polynomial. */
function multiply(a: Crc64, b: Crc64, polynomial: Crc64): Crc64 {
  let { high, low } = b
  let sumHigh = 0
  let sumLow = 0
  for (const half of [a.high, a.low]) {
    for (let bit = 31; bit >= 0; bit -= 1) {
      const taken = -((half >>> bit) & 1)
      sumHigh ^= high & taken
      sumLow ^= low & taken
      const carry = -(low & 1)
      low = ((low >>> 1) | (high << 31)) ^ (polynomial.low & carry)
      high = (high >>> 1) ^ (polynomial.high & carry)
    }
  }
  return { high: sumHigh >>> 0, low: sumLow >>> 0 }
}

/** @returns x^8n modulo the polynomial. */
function shiftBy(size: number, polynomial: Crc64): Crc64 {
  let shift = ONE
  let power = BYTE
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) shift = multiply(power, shift, polynomial)
    power = multiply(power, power, polynomial)
  }
  return shift
}

/**
 * Combines the CRCs of two consecutive pieces into the CRC of both together.
 *
 * @param secondSize - Size of the second piece in bytes.
 */
export type CombineCrcs = (first: Crc64, second: Crc64, secondSize: number) => Crc64

/**
 * @param polynomial - Must be reflected. For a 32-bit CRC, put the polynomial and the CRCs into the
 *   low halves. This multiplies both by x^32, so the same arithmetic works.
 */
export function crcCombiner(polynomial: Crc64): CombineCrcs {
  // Nearly all parts of an upload have the same size, so recent shifts are cached.
  const shifts = new Map<number, Crc64>()
  return (first, second, secondSize) => {
    const shift = shifts.get(secondSize) ?? shiftBy(secondSize, polynomial)
    if (shifts.size >= 16) shifts.clear()
    shifts.set(secondSize, shift)
    const { high, low } = multiply(shift, first, polynomial)
    return { high: (high ^ second.high) >>> 0, low: (low ^ second.low) >>> 0 }
  }
}

export const combineCrc64: CombineCrcs = /* @__PURE__ */ crcCombiner(POLYNOMIAL)

/** Formats a CRC64NVME as S3 does: base64 of its eight bytes. */
export function formatCrc64({ high, low }: Crc64): string {
  const bytes = new DataView(new ArrayBuffer(8))
  bytes.setUint32(0, high)
  bytes.setUint32(4, low)
  return btoa(String.fromCharCode(...new Uint8Array(bytes.buffer)))
}

/** @throws {RangeError} If `text` is not eight bytes in base64. */
export function parseCrc64(text: string): Crc64 {
  if (!/^[a-z\d+/]{11}=$/i.test(text)) {
    throw new RangeError(`CRC64 is '${text}', expected base64 of 8 bytes`)
  }
  const bytes = new DataView(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)).buffer)
  return { high: bytes.getUint32(0), low: bytes.getUint32(4) }
}
