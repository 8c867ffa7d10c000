import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CRC64_OF_NOTHING, type Crc64, POLYNOMIAL } from '../../src/crc64/crc64.ts'
import { RunningCrc64 } from '../../src/crc64/running-crc64.ts'
import { TableCrc64 } from '../../src/crc64/table-crc64.ts'

function crcOf(crc: TableCrc64 | RunningCrc64, pieces: readonly Uint8Array[]): Crc64 {
  for (const piece of pieces) crc.update(piece)
  return crc.value
}

const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => (at * 7) ^ (at >> 8) ^ (at >> 16))

describe('TableCrc64', () => {
  it('computes the published check value for 123456789', () => {
    const check = { high: 0xae8b1486, low: 0x0a799888 }
    expect(crcOf(new TableCrc64(POLYNOMIAL), [Buffer.from('123456789')])).toEqual(check)
  })

  it('starts with the CRC of an empty input', () => {
    expect(new TableCrc64(POLYNOMIAL).value).toEqual(CRC64_OF_NOTHING)
  })

  it('agrees with the WebAssembly version wherever the bytes begin and end', () => {
    for (let from = 0; from < 9; from += 1) {
      for (let to = from; to < 40; to += 1) {
        const piece = bytes.subarray(from, to)
        const expected = crcOf(new RunningCrc64(), [piece])
        expect(crcOf(new TableCrc64(POLYNOMIAL), [piece]), `${from} to ${to}`).toEqual(expected)
      }
    }
  })

  it('agrees with it however the bytes are split', () => {
    const cuts = fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 6 })
    fc.assert(
      fc.property(cuts, (places) => {
        const at = [0, ...places.sort((a, b) => a - b), bytes.length]
        const pieces = at.slice(1).map((stop, index) => bytes.subarray(at[index], stop))
        expect(crcOf(new TableCrc64(POLYNOMIAL), pieces)).toEqual(
          crcOf(new RunningCrc64(), [bytes]),
        )
      }),
    )
  })

  it('agrees with it for arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (any) => {
        expect(crcOf(new TableCrc64(POLYNOMIAL), [any])).toEqual(crcOf(new RunningCrc64(), [any]))
      }),
    )
  })
})
