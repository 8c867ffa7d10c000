/**
 * The seal is one form, whatever makes it: Node's crypto here, Web Crypto and `jose` where there is no Node.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { CompactEncrypt, compactDecrypt } from 'jose'
import { describe, expect, it } from 'vitest'
import { createSeal, type Waybill } from 'waybill/signer'

const SECRET = '0123456789abcdef0123456789abcdef'
const WAYBILL: Waybill = {
  rule: 'video',
  key: 'a/ü.mp4',
  size: { min: 1, max: 9 },
  type: 'video/mp4',
  strategy: 'post',
  metadata: {},
  expiration: new Date('2026-03-08T12:00:00Z'),
}
const seal = createSeal(SECRET, 'uploads')

/** The key as the module's documentation says that it is derived, by Web Crypto. */
async function derivedKey(bucket: string): Promise<CryptoKey> {
  const bytes = new TextEncoder()
  const { subtle } = crypto
  const material = await subtle.importKey('raw', bytes.encode(SECRET), 'HKDF', false, ['deriveKey'])
  const info = bytes.encode(`waybill seal 1\n${bucket}`)
  return subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  )
}

/** A process that has no Node crypto to offer, as an edge runtime has none. */
const WITHOUT_NODE_CRYPTO = `
  process.getBuiltinModule = undefined
  const { createSeal } = await import('waybill/signer')
  const seal = createSeal('${SECRET}', 'uploads')
  const waybill = await seal.open(process.argv[1])
  console.log(JSON.stringify({ waybill, sealed: await seal.seal(waybill) }))`

describe('a sealed waybill', () => {
  it('is a JWE that jose opens', async () => {
    const sealed = await seal.seal(WAYBILL)
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, await derivedKey('uploads'))
    expect(protectedHeader).toEqual({ alg: 'dir', enc: 'A256GCM' })
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toMatchObject({ k: WAYBILL.key })
  })

  it('may be a JWE that jose made', async () => {
    const { plaintext } = await compactDecrypt(
      await seal.seal(WAYBILL),
      await derivedKey('uploads'),
    )
    const made = await new CompactEncrypt(plaintext)
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(await derivedKey('uploads'))
    expect(await seal.open(made)).toEqual(WAYBILL)
  })

  it('is opened and sealed alike where there is no Node crypto', async () => {
    const flags = ['--conditions=source', '--input-type=module', '--eval', WITHOUT_NODE_CRYPTO]
    const sealed = await seal.seal(WAYBILL)
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, sealed])
    const there = JSON.parse(stdout)
    expect(there.waybill.key).toBe(WAYBILL.key)
    expect(await seal.open(there.sealed)).toEqual(WAYBILL)
  })

  it.each([
    ['another algorithm', { alg: 'dir', enc: 'A128CBC-HS256' }],
    ['a header of more', { alg: 'dir', enc: 'A256GCM', zip: 'DEF' }],
  ])('is not one with %s in its header', async (_what, header) => {
    const [, ...rest] = (await seal.seal(WAYBILL)).split('.')
    const other = Buffer.from(JSON.stringify(header)).toString('base64url')
    await expect(seal.open([other, ...rest].join('.'))).rejects.toThrow('not sealed by this signer')
  })

  it.each<readonly [string, (sealed: string) => string]>([
    ['a tag of four bytes', (sealed) => sealed.slice(0, -16)],
    ['a blank at its end', (sealed) => `${sealed} `],
    ['a character that base64url has not', (sealed) => sealed.replace(/\.(?=[^.]*$)/, '.!')],
    ['padding', (sealed) => `${sealed}==`],
    ['a part more', (sealed) => `${sealed}.`],
    ['other bits behind its last byte', (sealed) => sealed.slice(0, -1) + next(sealed.at(-1))],
  ])('is not one with %s', async (_what, change) => {
    await expect(seal.open(change(await seal.seal(WAYBILL)))).rejects.toThrow(
      'not sealed by this signer',
    )
  })
})

/** The last character of 16 bytes carries four bits that mean nothing: `A` and `B` decode alike. */
function next(character = ''): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return alphabet[alphabet.indexOf(character) ^ 1] ?? ''
}
