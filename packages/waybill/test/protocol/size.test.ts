import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatSize, type Size } from 'waybill'
import { parseSize } from '../../src/protocol/size.ts'

describe('parseSize', () => {
  it.each<[Size, number]>([
    [0, 0],
    [5, 5],
    ['5 B', 5],
    ['100 MiB', 104_857_600],
    ['100 MB', 100_000_000],
    ['1.5 KiB', 1536],
    ['1.1 MiB', 1_153_434],
    ['1.1 GB', 1_100_000_000],
    ['50 TB', 50_000_000_000_000],
    ['4.5 TiB', 4_947_802_324_992],
  ])('parses %j as %s bytes', (size, bytes) => {
    expect(parseSize(size)).toBe(bytes)
  })

  it.each(['100MiB', '100 mib', ' 100  MIB '])('parses %j, as people write it', (size) => {
    expect(parseSize(size as Size)).toBe(104_857_600)
  })

  it.each([
    -1,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    '',
    '100',
    'MiB',
    '-1 MiB',
    '1e3 MB',
    '1,5 MB',
    '1.5.5 MB',
    '0x10 B',
    '100 M',
    '100 MiBs',
    '1 PB',
    '1 constructor',
    '9999999 TB',
    `${'9'.repeat(400)} B`,
    null,
    {},
  ])('rejects %j and names the option', (size) => {
    expect(() => parseSize(size as Size, 'rules.video.maxSize')).toThrow(
      new RangeError(
        `rules.video.maxSize is '${size}', expected bytes or a string such as '100 MiB'`,
      ),
    )
  })

  it('rejects a long row of digits in linear time', () => {
    expect(() => parseSize(`${'1'.repeat(500_000)}!` as Size)).toThrow(RangeError)
    expect(() => parseSize(`1${' '.repeat(500_000)}!` as Size)).toThrow(RangeError)
  })
})

describe('formatSize', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [1024 ** 2 - 1, '1 MiB'],
    [104_857_600, '100 MiB'],
    [1024 ** 4 - 1, '1 TiB'],
    [50_000_000_000_000, '45.5 TiB'],
    [2 ** 53 - 1, '8192 TiB'],
  ])('formats %s bytes as %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text)
  })

  it('can be parsed back to within five percent', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (bytes) => {
        const text = formatSize(bytes)
        expect(text).toMatch(/^\d{1,4}(?:\.\d)? (?:B|KiB|MiB|GiB|TiB)$/)
        const [number, unit] = text.split(' ')
        const back = Number(number) * parseSize(`1 ${unit}` as Size)
        expect(Math.abs(back - bytes)).toBeLessThanOrEqual(bytes / 20)
      }),
    )
  })
})
