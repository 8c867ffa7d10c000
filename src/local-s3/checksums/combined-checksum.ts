/**
 * Computes the checksum of an object from the checksums of its parts, without reading the bytes
 * again.
 *
 * Full-object: the CRCs of pieces are combined into the CRC of the whole; appending `n` bytes
 * multiplies a CRC by x^8n modulo its polynomial. Composite: the checksum of the checksums of the
 * parts, and their number.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 * @see https://www.zlib.net/crc_v3.txt
 * @module
 */

import {
  CHECKSUM_SIZES,
  type Checksum,
  type ChecksumAlgorithm,
  type ChecksumType,
  startChecksum,
} from './checksum.ts'

/** A part with its size and checksum. */
export interface SummedPart {
  /** Bytes. */
  readonly size: number
  readonly checksum: { readonly value: string }
}

/**
 * Computes the checksum of an object.
 *
 * @param parts - In order; all with the same algorithm.
 */
export async function combineChecksums(
  algorithm: ChecksumAlgorithm,
  type: ChecksumType,
  parts: readonly SummedPart[],
): Promise<Checksum> {
  if (type === 'FULL_OBJECT') return { algorithm, type, value: combineCrcs(algorithm, parts) }
  const whole = await startChecksum(algorithm)
  for (const part of parts) whole.update(Buffer.from(part.checksum.value, 'base64'))
  return { algorithm, type, value: `${whole.digest().toString('base64')}-${parts.length}` }
}

/** The polynomials, reflected as the CRCs are: the highest bit is the coefficient of x^0. */
const POLYNOMIALS: Readonly<Partial<Record<ChecksumAlgorithm, bigint>>> = {
  CRC32: 0xedb88320n,
  CRC32C: 0x82f63b78n,
  CRC64NVME: 0x9a6c9329ac4bc9b5n,
}

function combineCrcs(algorithm: ChecksumAlgorithm, parts: readonly SummedPart[]): string {
  const polynomial = POLYNOMIALS[algorithm]
  if (polynomial === undefined)
    throw new RangeError(`${algorithm} checksums of parts cannot be combined`)
  const bytes = CHECKSUM_SIZES[algorithm]
  const field: Field = { polynomial, bits: BigInt(bytes * 8) }
  // Nearly all parts have the same size, so few shifts are computed.
  const shifts = new Map<number, bigint>()
  let crc = 0n
  for (const { size, checksum } of parts) {
    const shift = shifts.get(size) ?? shiftBy(size, field)
    shifts.set(size, shift)
    const next = BigInt(`0x${Buffer.from(checksum.value, 'base64').toString('hex')}`)
    crc = multiply(shift, crc, field) ^ next
  }
  const hex = crc.toString(16).padStart(bytes * 2, '0')
  return Buffer.from(hex, 'hex').toString('base64')
}

interface Field {
  readonly polynomial: bigint
  readonly bits: bigint
}

/** Computes x^(8 · size) modulo the polynomial. */
function shiftBy(size: number, field: Field): bigint {
  let shift = 1n << (field.bits - 1n)
  let power = 1n << (field.bits - 9n)
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) shift = multiply(power, shift, field)
    power = multiply(power, power, field)
  }
  return shift
}

function multiply(a: bigint, b: bigint, { polynomial, bits }: Field): bigint {
  let sum = 0n
  let shifted = b
  for (let bit = bits - 1n; bit >= 0n; bit -= 1n) {
    if ((a >> bit) & 1n) sum ^= shifted
    shifted = shifted & 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n
  }
  return sum
}
