import { describe, expect, it } from 'vitest'
import { sha256Base64 } from '../../src/sigv4/sha256-base64.ts'

describe('sha256Base64', () => {
  // Of nothing, and the messages of one block and of two in FIPS 180-2.
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('hashes %j', async (text, hex) => {
    const published = Buffer.from(hex, 'hex').toString('base64')
    expect(await sha256Base64(text)).toBe(published)
    expect(await sha256Base64(new TextEncoder().encode(text))).toBe(published)
  })
})
