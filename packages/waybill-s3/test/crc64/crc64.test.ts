import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { createCRC64 } from 'hash-wasm'
import { describe, expect, it } from 'vitest'
import {
  CRC64_OF_NOTHING,
  type Crc64,
  combineCrc64,
  crcCombiner,
  formatCrc64,
  parseCrc64,
} from '../../src/crc64/crc64.ts'

const hasher = await createCRC64('9a6c9329ac4bc9b5')

function crcOf(bytes: Uint8Array): Crc64 {
  return parseCrc64(Buffer.from(hasher.init().update(bytes).digest('binary')).toString('base64'))
}

describe('combineCrc64', () => {
  it('combines the CRCs of arbitrary pieces into the CRC of the whole', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 })
    fc.assert(
      fc.property(pieces, (all) => {
        const combined = all.reduce(
          (crc, piece) => combineCrc64(crc, crcOf(piece), piece.length),
          CRC64_OF_NOTHING,
        )
        expect(combined).toEqual(crcOf(Buffer.concat(all)))
      }),
    )
  })

  it('matches the published check value for 123456789', () => {
    const first = crcOf(Buffer.from('1234'))
    const whole = combineCrc64(first, crcOf(Buffer.from('56789')), 5)
    expect(whole).toEqual({ high: 0xae8b1486, low: 0x0a799888 })
  })

  it('shifts by 5 GiB parts, whose length exceeds 32 bits', () => {
    const oneByte = crcOf(Buffer.from([1]))
    const zeros = 5 * 1024 ** 3
    // Zeros can be appended in two steps as well as in one; their own CRC is that of zeros from zero.
    const crcOfZeros = (size: number): Crc64 => {
      if (size === 1) return crcOf(Buffer.from([0]))
      const half = crcOfZeros(Math.floor(size / 2))
      const even = combineCrc64(half, half, Math.floor(size / 2))
      return size % 2 === 0 ? even : combineCrc64(even, crcOf(Buffer.from([0])), 1)
    }
    const atOnce = combineCrc64(oneByte, crcOfZeros(zeros), zeros)
    const rest = zeros - 7
    const inSteps = combineCrc64(combineCrc64(oneByte, crcOfZeros(7), 7), crcOfZeros(rest), rest)
    expect(atOnce).toEqual(inSteps)
  })
})

describe('crcCombiner', () => {
  it("combines zlib's 32-bit CRCs, with their polynomial in the low half", () => {
    const combine = crcCombiner({ high: 0, low: 0xedb8_8320 })
    const crcOf32 = (text: string): Crc64 => ({ high: 0, low: crc32(text) })
    expect(combine(crcOf32('1234'), crcOf32('56789'), 5)).toEqual(crcOf32('123456789'))
  })
})

describe('parseCrc64', () => {
  it('is the inverse of formatCrc64', () => {
    const half = fc.integer({ min: 0, max: 0xffff_ffff })
    fc.assert(
      fc.property(half, half, (high, low) => {
        expect(parseCrc64(formatCrc64({ high, low }))).toEqual({ high, low })
      }),
    )
  })

  it.each([
    ...['', 'AAAA', 'AAAAAAAAAAA', 'AAAAAAAAAAAAAAAA', '!AAAAAAAAAA=', 'AAAAAAAAAA_='],
    ...['!AAAAAAAAAAA=', 'AAAAAAAAAAA=!'],
  ])('rejects %j, which is not eight bytes in base64', (text) => {
    expect(() => parseCrc64(text)).toThrow(
      new RangeError(`CRC64 is '${text}', expected base64 of 8 bytes`),
    )
  })
})
