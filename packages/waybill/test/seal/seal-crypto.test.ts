import { CompactEncrypt } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  nodeSealCrypto,
  readSealedText,
  type SealedText,
  toBase64Url,
} from '../../src/seal/seal-crypto.ts'
import { webSealCrypto } from '../../src/seal/web-seal-crypto.ts'

const HEADER = { alg: 'dir', enc: 'A256GCM', kid: 'AbCdEfGh' } as const

describe('nodeSealCrypto', () => {
  const cipher = (length: number) => nodeSealCrypto()?.cipher(new Uint8Array(length), HEADER)
  const sealed = () => readSealedText(String(cipher(32)?.seal('plain')))

  it('opens what it has sealed, and nothing that was altered', () => {
    const text = sealed()
    if (!text) throw new Error('not sealed')
    expect(cipher(32)?.open(text)).toBe('plain')
    expect(cipher(32)?.open({ ...text, tag: `${'A'.repeat(21)}Q` })).toBeUndefined()
  })

  it('rejects a key of the wrong length instead of failing to open everything', () => {
    const text = sealed()
    if (!text) throw new Error('not sealed')
    expect(() => cipher(16)?.open(text)).toThrow(RangeError)
  })
})

const KEY = Uint8Array.from({ length: 32 }, (_, index) => index * 7)
const TEXT = 'Ferien 🏖'

const web = webSealCrypto()
const node = nodeSealCrypto() ?? web

function partsOf(sealed: string): SealedText {
  const parts = readSealedText(sealed)
  if (!parts) throw new Error(`${sealed} is not sealed`)
  return parts
}

describe('webSealCrypto', () => {
  it.each([
    ['secret', 'waybill seal 2\n["uploads"]', 32],
    ['ein Geheimnis 🏖', '', 6],
  ])('derives from %j for %j the same %i bytes as Node', async (secret, info, length) => {
    const derived = await web.derive(secret, info, length)
    expect(derived).toEqual(await node.derive(secret, info, length))
    expect(derived).toHaveLength(length)
  })

  it('computes the same code as Node', async () => {
    const code = await web.authenticator(KEY)(TEXT)
    expect(code).toMatch(/^[\w-]{22}$/)
    expect(code).toBe(await node.authenticator(KEY)(TEXT))
  })

  it('opens what Node has sealed, and vice versa', async () => {
    const [here, there] = [web.cipher(KEY, HEADER), node.cipher(KEY, HEADER)]
    const sealed = partsOf(await here.seal(TEXT))
    expect(sealed.header).toBe(partsOf(await there.seal(TEXT)).header)
    expect(await there.open(sealed)).toBe(TEXT)
    expect(await here.open(partsOf(await there.seal(TEXT)))).toBe(TEXT)
  })

  it('opens nothing sealed with another key, or with other algorithms', async () => {
    const { open } = web.cipher(KEY, HEADER)
    const other = await web.cipher(KEY.toReversed(), HEADER).seal(TEXT)
    expect(await open(partsOf(other))).toBeUndefined()
    const sealed = partsOf(await web.cipher(KEY, HEADER).seal(TEXT))
    for (const header of [
      { ...HEADER, enc: 'A128CBC-HS256' },
      { ...HEADER, alg: 'A256KW' },
    ]) {
      const text = await new CompactEncrypt(new TextEncoder().encode(TEXT))
        .setProtectedHeader(header)
        .encrypt(KEY)
      expect(await open({ ...sealed, text })).toBeUndefined()
    }
  })
})

describe('toBase64Url', () => {
  it('encodes every character as Node does, without padding', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index * 167)
    for (const length of [0, 1, 2, 3, 256]) {
      const some = bytes.subarray(0, length)
      expect(toBase64Url(some)).toBe(Buffer.from(some).toString('base64url'))
    }
    expect(toBase64Url(Uint8Array.of(0xfb, 0xef, 0xbe, 0xff, 0xff, 0xff))).toBe('----____')
  })
})
