import fc from 'fast-check'
import { createCRC64 } from 'hash-wasm'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { CRC64_OF_NOTHING, formatCrc64, POLYNOMIAL } from '../../src/crc64/crc64.ts'
import { type CrcInPieces, RunningCrc64 } from '../../src/crc64/running-crc64.ts'
import { TableCrc64 } from '../../src/crc64/table-crc64.ts'

const hasher = await createCRC64('9a6c9329ac4bc9b5')

function expected(bytes: Uint8Array): string {
  return Buffer.from(hasher.init().update(bytes).digest('binary')).toString('base64')
}

function bytesOf(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, at) => (at * 7) ^ (at >> 8) ^ (at >> 16))
}

/** Modules that nobody has used before. */
function importFresh() {
  vi.resetModules()
  return import('../../src/crc64/running-crc64.ts')
}

const CHECK_VALUE = { high: 0xae8b1486, low: 0x0a799888 }

describe.each<[string, () => CrcInPieces]>([
  ['RunningCrc64', () => new RunningCrc64()],
  ['TableCrc64', () => new TableCrc64(POLYNOMIAL)],
])('%s', (_, start) => {
  const crcOf = (pieces: readonly Uint8Array[]) => {
    const crc = start()
    for (const piece of pieces) crc.update(piece)
    return formatCrc64(crc.value)
  }

  it('computes the published check value for 123456789', () => {
    const crc = start()
    crc.update(Buffer.from('123456789'))
    expect(crc.value).toEqual(CHECK_VALUE)
  })

  it('starts with the CRC of an empty input', () => {
    expect(start().value).toEqual(CRC64_OF_NOTHING)
  })

  it('agrees with hash-wasm for every length up to 500 bytes, wherever they begin', () => {
    const bytes = bytesOf(510)
    for (let size = 0; size <= 500; size += 1) {
      const from = size % 9
      const piece = bytes.subarray(from, from + size)
      expect(crcOf([piece]), `${size} bytes from ${from}`).toBe(expected(piece))
    }
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
    const crcs = [start(), start()]
    for (let at = 0; at < one.length; at += 999) {
      crcs[0]?.update(one.subarray(at, at + 999))
      crcs[1]?.update(other.subarray(at, at + 999))
    }
    expect(crcs.map(({ value }) => formatCrc64(value))).toEqual([before, expected(other)])
    expect(expected(one)).toBe(before)
  })
})

describe('startCrc64', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.resetModules()
  })

  it.each([
    ['RunningCrc64', 'if WebAssembly may be compiled', true],
    ['TableCrc64', 'otherwise', false],
  ])('returns a %s %s, and tries only once', async (name, _, isAllowed) => {
    let compiled = 0
    const Module = new Proxy(WebAssembly.Module, {
      construct: (target, args) => {
        compiled += 1
        if (isAllowed) return Reflect.construct(target, args)
        throw new WebAssembly.CompileError('blocked by the Content Security Policy')
      },
    })
    vi.stubGlobal('WebAssembly', { Module, Instance: WebAssembly.Instance })
    const { hasWebAssembly, startCrc64 } = await importFresh()
    expect([hasWebAssembly(), hasWebAssembly()]).toEqual([isAllowed, isAllowed])
    expect(compiled).toBe(1)
    const crc = await startCrc64()
    crc.update(Buffer.from('123456789'))
    expect(crc.value).toEqual(CHECK_VALUE)
    expect(crc.constructor.name).toBe(name)
  })
})
