import { describe, expect, it } from 'vitest'
import { toBase64Url } from '../../../src/signer/waybill/sealed-text.ts'

describe('toBase64Url', () => {
  it('writes what Node writes, each character of it, without padding', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index * 167)
    for (const length of [0, 1, 2, 3, 256]) {
      const some = bytes.subarray(0, length)
      expect(toBase64Url(some)).toBe(Buffer.from(some).toString('base64url'))
    }
    expect(toBase64Url(Uint8Array.of(0xfb, 0xef, 0xbe, 0xff, 0xff, 0xff))).toBe('----____')
  })
})
