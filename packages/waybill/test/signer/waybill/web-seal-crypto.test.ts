/**
 * The cryptography of a seal over Web Crypto, against that of Node.
 *
 * @module
 */

import { CompactEncrypt } from 'jose'
import { describe, expect, it } from 'vitest'
import { nodeSealCrypto } from '../../../src/signer/waybill/node-seal-crypto.ts'
import { readSealedText, type SealedText } from '../../../src/signer/waybill/sealed-text.ts'
import { webSealCrypto } from '../../../src/signer/waybill/web-seal-crypto.ts'

const HEADER = { alg: 'dir', enc: 'A256GCM', kid: 'AbCdEfGh' } as const
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
  ])('derives from %j for %j the %i bytes that Node derives', async (secret, info, length) => {
    const derived = await web.derive(secret, info, length)
    expect(derived).toEqual(await node.derive(secret, info, length))
    expect(derived).toHaveLength(length)
  })

  it('computes the code that Node computes', async () => {
    const code = await web.authenticator(KEY)(TEXT)
    expect(code).toMatch(/^[\w-]{22}$/)
    expect(code).toBe(await node.authenticator(KEY)(TEXT))
  })

  it('opens what Node has sealed, and Node what it has', async () => {
    const [here, there] = [web.cipher(KEY, HEADER), node.cipher(KEY, HEADER)]
    const sealed = partsOf(await here.seal(TEXT))
    expect(sealed.header).toBe(partsOf(await there.seal(TEXT)).header)
    expect(await there.open(sealed)).toBe(TEXT)
    expect(await here.open(partsOf(await there.seal(TEXT)))).toBe(TEXT)
  })

  it('opens nothing that another key has sealed, or with other algorithms', async () => {
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
