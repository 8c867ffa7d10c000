/**
 * The seal is one form, whatever makes it: Node's crypto here, Web Crypto and `jose` where there is no Node.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { CompactEncrypt, compactDecrypt } from 'jose'
import { describe, expect, it } from 'vitest'
import { createSeal } from '../../src/seal/seal.ts'
import type { Waybill } from '../../src/seal/waybill.ts'

const SECRET = '0123456789abcdef0123456789abcdef'
const PLACE = { bucket: 'uploads', region: 'eu-west-1', prefix: 'in/' }
const WAYBILL: Waybill = {
  rule: 'video',
  key: 'a/ü.mp4',
  size: { min: 1, max: 9 },
  type: 'video/mp4',
  strategy: 'post',
  name: 'ü.mp4',
  id: 'AbCdEfGhIjKlMnOpQrStUv',
  metadata: {},
  grantedAt: new Date('2026-03-01T12:00:00Z'),
  expiration: new Date('2026-03-08T12:00:00Z'),
}
const seal = createSeal(SECRET, PLACE)

/** A key as the module's documentation says that it is derived, by Web Crypto. */
async function derived(info: string, length = 32): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new TextEncoder()
  const { subtle } = crypto
  const material = await subtle.importKey('raw', bytes.encode(SECRET), 'HKDF', false, [
    'deriveBits',
  ])
  const parameters = {
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(),
    info: bytes.encode(info),
  }
  return new Uint8Array(await subtle.deriveBits(parameters, material, length * 8))
}

const SCOPE = '["uploads","eu-west-1","in/"]'
const sealKey = () => derived(`waybill seal 1\n${SCOPE}`)
const kid = async () => Buffer.from(await derived('waybill kid 1', 6)).toString('base64url')

/**
 * A process that has no Node crypto to offer, as an edge runtime has none. For each text it tells what it opens, stored
 * and presented, and a waybill of its own.
 */
const WITHOUT_NODE_CRYPTO = `
  process.getBuiltinModule = undefined
  const { createSeal } = await import('./packages/waybill/src/seal/seal.ts')
  const seal = createSeal('${SECRET}', ${JSON.stringify(PLACE)})
  const opened = []
  for (const text of JSON.parse(process.argv[1])) {
    const stored = await seal.open(text).then((waybill) => waybill.key, (error) => error.code)
    const presented = await seal.openPresented(text).then(
      ({ waybill }) => waybill.key, (error) => error.code)
    opened.push({ stored, presented })
  }
  const sealed = await seal.seal({ ...${JSON.stringify(WAYBILL)}, grantedAt: new Date(0), expiration: new Date(0) })
  console.log(JSON.stringify({ opened, presented: await seal.present(sealed) }))`

interface Opened {
  readonly stored: string
  readonly presented: string
}

async function elsewhere(
  texts: readonly string[],
): Promise<{ readonly opened: readonly Opened[]; readonly presented: string }> {
  const flags = [
    '--conditions=@waybill/source',
    '--input-type=module',
    '--eval',
    WITHOUT_NODE_CRYPTO,
  ]
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, JSON.stringify(texts)])
  return JSON.parse(stdout)
}

async function here(text: string): Promise<Opened> {
  const code = (error: { code: string }) => error.code
  return {
    stored: await seal.open(text).then(({ key }) => key, code),
    presented: await seal.openPresented(text).then(({ waybill }) => waybill.key, code),
  }
}

const RESPELT: readonly (readonly [string, (sealed: string) => string])[] = [
  ['a tag of four bytes', (sealed) => sealed.slice(0, -16)],
  ['a blank at its end', (sealed) => `${sealed} `],
  ['a line break at its end', (sealed) => `${sealed}\n`],
  ['a character that base64url has not', (sealed) => sealed.replace(/\.(?=[^.]*$)/, '.!')],
  ['plain base64', (sealed) => sealed.replaceAll('-', '+').replaceAll('_', '/').concat('=')],
  ['padding', (sealed) => `${sealed}==`],
  ['padding in its text', (sealed) => sealed.replace(/\.(?=[^.]*$)/, '=.')],
  ['a part more', (sealed) => `${sealed}.`],
  ['an encrypted key', (sealed) => sealed.replace('..', '.AAAA.')],
  ['other bits behind its last byte', (sealed) => sealed.slice(0, -1) + next(sealed.at(-1))],
  ['its header respelt', (sealed) => sealed.replace(/^[^.]+/, respeltHeader)],
]

describe('a sealed waybill', () => {
  it('is a JWE that jose opens', async () => {
    const sealed = await seal.seal(WAYBILL)
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, await sealKey())
    expect(protectedHeader).toEqual({ alg: 'dir', enc: 'A256GCM', kid: await kid() })
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toMatchObject({ k: WAYBILL.key })
  })

  it('can be a JWE that jose created', async () => {
    const { plaintext } = await compactDecrypt(await seal.seal(WAYBILL), await sealKey())
    const made = await new CompactEncrypt(plaintext)
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: await kid() })
      .encrypt(await sealKey())
    expect(await seal.open(made)).toEqual(WAYBILL)
  })

  it("is opened, sealed and presented in the same way without Node's crypto", async () => {
    const sealed = await seal.seal(WAYBILL)
    const there = await elsewhere([sealed, await seal.present(sealed)])
    expect(there.opened).toEqual([
      { stored: WAYBILL.key, presented: 'WAYBILL_INVALID' },
      { stored: 'WAYBILL_INVALID', presented: WAYBILL.key },
    ])
    const { waybill } = await seal.openPresented(there.presented)
    expect(waybill).toEqual({ ...WAYBILL, grantedAt: new Date(0), expiration: new Date(0) })
  })

  it.each([
    ['another algorithm', { alg: 'dir', enc: 'A128CBC-HS256' }],
    ['a header of more', { alg: 'dir', enc: 'A256GCM', zip: 'DEF' }],
  ])('is rejected with %s in its header', async (_what, header) => {
    const [, ...rest] = (await seal.seal(WAYBILL)).split('.')
    const other = Buffer.from(JSON.stringify(header)).toString('base64url')
    await expect(seal.open([other, ...rest].join('.'))).rejects.toThrow('not sealed by this signer')
  })

  it('is opened only under a key with a name', async () => {
    const text = JSON.stringify({
      v: 1,
      r: 'video',
      k: 'a',
      s: 9,
      t: 'video/mp4',
      g: 0,
      a: 1,
      x: 9,
    })
    const nameless = await new CompactEncrypt(new TextEncoder().encode(text))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(await derived('waybill seal 1\nuploads'))
    const refused = { stored: 'WAYBILL_INVALID', presented: 'WAYBILL_INVALID' }
    expect(await here(nameless)).toEqual(refused)
    expect((await elsewhere([nameless])).opened).toEqual([refused])
  })

  it("is encoded in exactly one way, with and without Node's crypto", async () => {
    const sealed = await seal.seal(WAYBILL)
    const code = (await seal.present(sealed)).slice(-23)
    const respelt = RESPELT.map(([, change]) => change(sealed)).filter((text) => text !== sealed)
    const texts = [...respelt, ...respelt.map((text) => `${text}${code}`)]
    const refused = { stored: 'WAYBILL_INVALID', presented: 'WAYBILL_INVALID' }
    const { opened } = await elsewhere(texts)
    for (const [index, text] of texts.entries()) {
      expect([text, await here(text)]).toEqual([text, refused])
      expect([text, opened[index]]).toEqual([text, refused])
    }
  })
})

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The last character of 16 bytes carries four bits that mean nothing: `A` and `B` decode alike. */
function next(character = ''): string {
  return ALPHABET[ALPHABET.indexOf(character) ^ 1] ?? ''
}

/** The same header as JSON, with a blank in it. */
function respeltHeader(header: string): string {
  const text = Buffer.from(header, 'base64url').toString()
  return Buffer.from(text.replace('{', '{ ')).toString('base64url')
}
