import fc from 'fast-check'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import {
  nodeDigest,
  platformDigest,
  sha256Base64,
  toHex,
  webDigest,
} from '../../src/sigv4/digest.ts'

const node = nodeDigest()
if (!node) throw new Error('Node has crypto')
const web = webDigest()

const anyText = fc.string({ unit: 'binary', maxLength: 200 })
/** With lone surrogates: both platforms must hash the same U+FFFD for them. */
const illFormed = fc
  .array(fc.integer({ min: 0, max: 0xff_ff }), { maxLength: 40 })
  .map((units) => String.fromCharCode(...units))
const anyBytes = fc.uint8Array({ maxLength: 300 })

describe('nodeDigest and webDigest', () => {
  it('return the same SHA-256 for arbitrary text and bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyText, illFormed, anyBytes), async (data) => {
        expect(await node.sha256Hex(data)).toBe(await web.sha256Hex(data))
      }),
    )
  })

  it('hash a continuation of a prefix as if it were one text, any number of times', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.array(anyText, { maxLength: 4 }), async (prefix, rests) => {
        const [nodeAfter, webAfter] = [node.sha256HexAfter(prefix), web.sha256HexAfter(prefix)]
        for (const rest of rests) {
          const whole = await web.sha256Hex(prefix + rest)
          expect(await nodeAfter(rest)).toBe(whole)
          expect(await webAfter(rest)).toBe(whole)
        }
      }),
    )
  })

  it('return the same HMAC for any key, as bytes and as hex', async () => {
    const keys = fc.uint8Array({ minLength: 1, maxLength: 100 })
    await fc.assert(
      fc.asyncProperty(keys, fc.oneof(anyText, illFormed), async (raw, message) => {
        const key = new Uint8Array(raw)
        const [nodeHmac, webHmac] = [await node.hmac(key), await web.hmac(key)]
        const hex = await webHmac.hex(message)
        expect(await nodeHmac.hex(message)).toBe(hex)
        expect(toHex(await nodeHmac.bytes(message))).toBe(hex)
        expect(toHex(await webHmac.bytes(message))).toBe(hex)
      }),
    )
  })

  // Test cases 2 and 6 of RFC 4231.
  it.each([
    [
      Buffer.from('Jefe'),
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    [
      Buffer.alloc(131, 0xaa),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
  ])('return the published HMAC', async (key, message, hex) => {
    for (const digest of [node, web]) {
      expect(await (await digest.hmac(new Uint8Array(key))).hex(message)).toBe(hex)
    }
  })

  it('return the same base64', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, illFormed), anyBytes, (message, bytes) => {
        expect(web.base64(message)).toBe(node.base64(message))
        expect(web.base64Url(bytes)).toBe(node.base64Url(bytes))
        expect(web.base64Url(bytes)).toMatch(/^[\w-]*$/)
      }),
    )
  })

  it('keep their own copy of the key', async () => {
    const key = new Uint8Array(32)
    const before = await (await node.hmac(key)).hex('message')
    const kept = await node.hmac(key)
    key.fill(1)
    expect(await kept.hex('message')).toBe(before)
  })
})

describe('platformDigest', () => {
  let fresh: typeof import('../../src/sigv4/digest.ts')
  beforeAll(async () => {
    vi.resetModules()
    fresh = await import('../../src/sigv4/digest.ts')
  })

  it('is always the same one in Node, because signing keys are cached per digest', () => {
    expect(platformDigest().sha256Hex('')).toBeTypeOf('string')
    expect(platformDigest()).toBe(platformDigest())
  })

  it("uses Node's digests from the first call, and these agree with Web Crypto", async () => {
    const [ours, theirs] = [fresh.platformDigest(), fresh.webDigest()]
    const bytes = new Uint8Array([0, 0xfb, 0xff])
    expect(ours.sha256Hex('abc')).toBe(await theirs.sha256Hex('abc'))
    expect(ours.sha256HexAfter('a')('bc')).toBe(await theirs.sha256HexAfter('a')('bc'))
    expect(ours.base64('é')).toBe(theirs.base64('é'))
    expect(ours.base64Url(bytes)).toBe(theirs.base64Url(bytes))
    const [hmac, other] = [await ours.hmac(bytes), await theirs.hmac(bytes)]
    expect(hmac.bytes('a')).toEqual(await other.bytes('a'))
  })
})

describe('toHex', () => {
  it('writes two digits for every byte', () => {
    expect(toHex(new Uint8Array([0, 1, 15, 16, 255]))).toBe('00010f10ff')
    expect(toHex(new Uint8Array([1, 2]).buffer)).toBe('0102')
  })
})

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
