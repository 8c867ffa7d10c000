import { describe, expect, it } from 'vitest'
import { nodeSealCrypto } from '../../../src/signer/waybill/node-seal-crypto.ts'
import { readSealedText } from '../../../src/signer/waybill/sealed-text.ts'

const HEADER = { alg: 'dir', enc: 'A256GCM', kid: 'AAAAAAAA' } as const

describe('nodeSealCrypto', () => {
  const cipher = (length: number) => nodeSealCrypto()?.cipher(new Uint8Array(length), HEADER)
  const sealed = () => readSealedText(String(cipher(32)?.seal('plain')))

  it('opens what it has sealed, and nothing altered', () => {
    const text = sealed()
    if (!text) throw new Error('not sealed')
    expect(cipher(32)?.open(text)).toBe('plain')
    expect(cipher(32)?.open({ ...text, tag: `${'A'.repeat(21)}Q` })).toBeUndefined()
  })

  it('says that a key has the wrong length, instead of opening nothing with it', () => {
    const text = sealed()
    if (!text) throw new Error('not sealed')
    expect(() => cipher(16)?.open(text)).toThrow(RangeError)
  })
})
