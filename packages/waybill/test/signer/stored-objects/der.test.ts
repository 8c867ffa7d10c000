import { describe, expect, it } from 'vitest'
import {
  derInteger,
  derOctets,
  derSequence,
} from '../../../src/signer/stored-objects/private-key.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('DER', () => {
  it.each([
    [[0], '020100'],
    [[0, 0], '020100'],
    [[0, 0, 5], '020105'],
    [[0, 0x80], '02020080'],
    [[0xff], '020200ff'],
    [[0x7f, 0], '02027f00'],
  ])('encodes the integer %j minimally, and never as negative', (bytes, expected) => {
    expect(hex(derInteger(Uint8Array.from(bytes)))).toBe(expected)
  })

  it('encodes a length in one byte up to 127, and in more beyond', () => {
    expect(hex(derOctets(new Uint8Array(127))).slice(0, 4)).toBe('047f')
    expect(hex(derOctets(new Uint8Array(128))).slice(0, 6)).toBe('048180')
    expect(hex(derOctets(new Uint8Array(256))).slice(0, 8)).toBe('04820100')
  })

  it('concatenates elements into a sequence', () => {
    const elements = [derInteger(Uint8Array.of(1)), derOctets(Uint8Array.of(2, 3))]
    expect(hex(derSequence(...elements))).toBe('300702010104020203')
  })
})
