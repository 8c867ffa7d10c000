import fc from 'fast-check'
import { createCRC64 } from 'hash-wasm'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { CRC64_OF_NOTHING, formatCrc64 } from '../../src/crc64/crc64.ts'
import { RunningCrc64 } from '../../src/crc64/running-crc64.ts'

const hasher = await createCRC64('9a6c9329ac4bc9b5')

function expected(bytes: Uint8Array): string {
  return Buffer.from(hasher.init().update(bytes).digest('binary')).toString('base64')
}

function crcOf(pieces: readonly Uint8Array[]): string {
  const crc = new RunningCrc64()
  for (const piece of pieces) crc.update(piece)
  return formatCrc64(crc.value)
}

function bytesOf(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, at) => (at * 7) ^ (at >> 8) ^ (at >> 16))
}

let fresh: typeof import('../../src/crc64/running-crc64.ts')
beforeAll(async () => {
  vi.resetModules()
  fresh = await import('../../src/crc64/running-crc64.ts')
})

describe('RunningCrc64', () => {
  it('computes the published check value for 123456789', () => {
    const crc = new RunningCrc64()
    crc.update(Buffer.from('123456789'))
    expect(crc.value).toEqual({ high: 0xae8b1486, low: 0x0a799888 })
  })

  it('starts with the CRC of an empty input', () => {
    expect(new RunningCrc64().value).toEqual(CRC64_OF_NOTHING)
  })

  it('agrees with hash-wasm for every length up to 500 bytes', () => {
    const bytes = bytesOf(500)
    for (let size = 0; size <= bytes.length; size += 1) {
      const piece = bytes.subarray(0, size)
      expect(crcOf([piece]), `${size} bytes`).toBe(expected(piece))
    }
  })

  it('creates its module and tables when it is first used', () => {
    const bytes = bytesOf(1_000)
    const crc = new fresh.RunningCrc64()
    crc.update(bytes)
    expect(formatCrc64(crc.value)).toBe(expected(bytes))
  })

  it('agrees with hash-wasm however the bytes are split', () => {
    const bytes = bytesOf(300_000)
    const cuts = fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 6 })
    fc.assert(
      fc.property(cuts, fc.integer({ min: 0, max: bytes.length }), (places, end) => {
        const at = [0, ...places.map((place) => Math.min(place, end)).sort((a, b) => a - b), end]
        const pieces = at.slice(1).map((stop, index) => bytes.subarray(at[index], stop))
        expect(crcOf(pieces)).toBe(expected(bytes.subarray(0, end)))
      }),
    )
  })

  it('agrees with hash-wasm for arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        expect(crcOf([bytes])).toBe(expected(bytes))
      }),
    )
  })

  it('keeps interleaved computations apart, and does not change its input', () => {
    const one = bytesOf(100_000)
    const other = one.toReversed()
    const before = expected(one)
    const crcs = [new RunningCrc64(), new RunningCrc64()]
    for (let at = 0; at < one.length; at += 999) {
      crcs[0]?.update(one.subarray(at, at + 999))
      crcs[1]?.update(other.subarray(at, at + 999))
    }
    expect(crcs.map(({ value }) => formatCrc64(value))).toEqual([before, expected(other)])
    expect(expected(one)).toBe(before)
  })
})
