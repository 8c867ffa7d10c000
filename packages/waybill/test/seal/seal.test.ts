import { createHmac, hkdfSync } from 'node:crypto'
import { SECRET } from '@waybill/test-support/signing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSeal } from '../../src/seal/seal.ts'
import type { Waybill } from '../../src/seal/waybill.ts'

const ID = 'AbCdEfGhIjKlMnOpQrStUv'
const WAYBILL: Waybill = {
  rule: 'video',
  owner: 'user-7',
  key: `videos/${ID}/film.mp4`,
  size: { min: 7, max: 7 },
  type: 'video/mp4',
  strategy: 'multipart',
  partSize: 5_242_880,
  sha256: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
  name: 'film.mp4',
  id: ID,
  metadata: { album: 'Ferien 🏖', quote: '"\\\u0000' },
  grantedAt: new Date('2026-03-01T12:00:00Z'),
  expiration: new Date('2026-03-08T12:00:00Z'),
}

const OLD = 'the-secret-that-was-used-before-0123456789'
const PLACE = { bucket: 'uploads', region: 'eu-west-1', prefix: 'videos/' }
const seal = createSeal(SECRET, PLACE)

const INVALID = { code: 'WAYBILL_INVALID' }
const UNREADABLE = /secret that is not among those given \(its key is [\w-]{8}\)$/

describe('createSeal', () => {
  it('opens what it has sealed', async () => {
    expect(await seal.open(await seal.seal(WAYBILL))).toEqual(WAYBILL)
  })

  it('opens everything that fits', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 })
    const seconds = fc.nat(4_000_000_000).map((count) => new Date(count * 1000))
    const waybills = fc.record<Waybill>({
      rule: text,
      key: text,
      type: text,
      size: fc.record({ min: fc.nat(), max: fc.maxSafeNat() }),
      strategy: fc.constantFrom('post', 'put', 'multipart'),
      name: text,
      id: fc.oneof(text, fc.constant(ID)),
      metadata: fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }),
      folders: fc.string({ unit: 'binary', maxLength: 10 }),
      grantedAt: seconds,
      expiration: seconds,
    })
    await fc.assert(
      fc.asyncProperty(waybills, fc.boolean(), async (waybill, isUsual) => {
        const key = isUsual ? `a/${waybill.id}/${waybill.folders}/${waybill.name}` : waybill.key
        const wellFormed = JSON.parse(JSON.stringify({ ...waybill, key }).toWellFormed())
        const { grantedAt, expiration } = waybill
        const expected = { ...wellFormed, grantedAt, expiration }
        expect(await seal.open(await seal.seal(expected))).toEqual(expected)
      }),
    )
  })

  it('seals the same waybill differently each time, in characters that a header can contain', async () => {
    const [a, b] = [await seal.seal(WAYBILL), await seal.seal(WAYBILL)]
    expect(a).not.toBe(b)
    expect(a).toMatch(/^[\w.-]{1,1536}$/)
  })

  it("reveals nothing of the content but its key's name", async () => {
    const sealed = await seal.seal(WAYBILL)
    const readable = sealed
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString('latin1'))
    expect(readable[0]).toMatch(/^\{"alg":"dir","enc":"A256GCM","kid":"[\w-]{8}"\}$/)
    expect(readable.join('\n')).not.toMatch(/user-7|video|film/)
  })

  it('opens nothing that has one character changed or was truncated', async () => {
    const sealed = await seal.seal(WAYBILL)
    const forged = Array.from(
      sealed,
      (char, at) => sealed.slice(0, at) + (char === 'A' ? 'B' : 'A') + sealed.slice(at + 1),
    )
    const cut = [0, 1, 40, sealed.length - 1].map((length) => sealed.slice(0, length))
    for (const text of [...forged, ...cut, `${sealed}A`, `${sealed}.`, 'null', '....', '{}']) {
      // Its key may be the one that was changed.
      await expect(seal.open(text), text).rejects.toThrow(/not sealed by this signer|not among/)
    }
  })

  it.each([
    ['none at all', { alg: 'none' }],
    ['another algorithm', { alg: 'A256KW', enc: 'A256GCM' }],
    ['another encryption', { alg: 'dir', enc: 'A128CBC-HS256' }],
    ['no key', { alg: 'dir', enc: 'A256GCM' }],
    ['a key whose name no signer gives', { alg: 'dir', enc: 'A256GCM', kid: 'AAAA' }],
  ])('opens nothing whose header asks for %s', async (_, header) => {
    const [, ...rest] = (await seal.seal(WAYBILL)).split('.')
    const text = [Buffer.from(JSON.stringify(header)).toString('base64url'), ...rest].join('.')
    await expect(seal.open(text)).rejects.toMatchObject(INVALID)
    await expect(seal.openPresented(text, 'id')).rejects.toMatchObject(INVALID)
  })

  it('seals with the first secret and opens with any of them', async () => {
    const old = createSeal(OLD, PLACE)
    const before = await old.seal(WAYBILL)
    const both = createSeal([SECRET, OLD], PLACE)
    expect(await both.open(before)).toEqual(WAYBILL)
    expect(await both.openPresented(await old.present(before, 'id'), 'id')).toMatchObject({
      sealed: before,
    })
    const after = await both.seal(WAYBILL)
    expect(await seal.open(after)).toEqual(WAYBILL)
    await expect(old.open(after)).rejects.toThrow(UNREADABLE)
    await expect(old.openPresented(await both.present(after, 'id'), 'id')).rejects.toThrow(
      UNREADABLE,
    )
  })

  it("derives the key's name from the secret alone, so that a waybill shows which secret sealed it", async () => {
    const header = async (secret: string, place = PLACE) =>
      (await createSeal(secret, place).seal(WAYBILL)).split('.')[0]
    expect(await header(SECRET)).toBe(await header(SECRET, { ...PLACE, bucket: 'other' }))
    expect(await header(SECRET)).not.toBe(await header(OLD))
  })

  it('treats no prefix as an empty one', async () => {
    const { prefix: _none, ...place } = PLACE
    const sealed = await createSeal(SECRET, place).seal(WAYBILL)
    expect(await createSeal(SECRET, { ...place, prefix: '' }).open(sealed)).toEqual(WAYBILL)
  })

  it.each([
    ['bucket', { ...PLACE, bucket: 'other' }],
    ['region', { ...PLACE, region: 'eu-west-2' }],
    ['prefix', { ...PLACE, prefix: 'images/' }],
    ['prefix, told in the region', { ...PLACE, region: 'eu-west-1\nvideos/', prefix: '' }],
  ])('opens no waybill for another %s under the same secret', async (_, place) => {
    const other = createSeal(SECRET, place)
    const sealed = await other.seal(WAYBILL)
    await expect(seal.open(sealed)).rejects.toMatchObject(INVALID)
    await expect(seal.openPresented(await other.present(sealed, 'id'), 'id')).rejects.toMatchObject(
      INVALID,
    )
  })

  it('seals nothing that does not fit into object metadata', async () => {
    const metadata = { a: 'x'.repeat(1000) }
    await expect(seal.seal({ ...WAYBILL, metadata })).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      message: expect.stringMatching(
        /at most 1536 .*: shorten the metadata, the key or the owner$/,
      ),
    })
  })

  it('leaves out a name that does not fit, and uses the end of the key instead', async () => {
    const waybill = { ...WAYBILL, key: `videos/${ID}.mp4`, metadata: { a: 'x'.repeat(700) } }
    const sealed = await seal.seal({ ...waybill, name: `${'x'.repeat(196)}.mp4` })
    expect(sealed.length).toBeLessThanOrEqual(1536)
    expect(await seal.open(sealed)).toEqual({ ...waybill, name: `${ID}.mp4` })
  })

  it('seals what just fits, with its name and the end of its key', async () => {
    const waybill = { ...WAYBILL, key: `videos/${ID}.mp4`, name: `${'x'.repeat(196)}.mp4` }
    const sealedWith = (length: number) =>
      seal.seal({ ...waybill, metadata: { a: 'x'.repeat(length) } }).catch(() => '')
    const sealed = await Promise.all(
      Array.from({ length: 1000 }, (_, length) => sealedWith(length)),
    )
    const longest = sealed.filter(({ length }) => length === 1536)
    const names = await Promise.all(longest.map(async (each) => (await seal.open(each)).name))
    expect(new Set(names)).toEqual(new Set([waybill.name, `${ID}.mp4`]))
  })

  it.each([[[]], [['']], ['short'], [[SECRET, 'short']]])(
    'rejects a secret such as %j',
    (secret) => {
      expect(() => createSeal(secret, PLACE)).toThrow(RangeError)
    },
  )

  it('ignores undefined, as from an environment variable', async () => {
    const { SECRET_BEFORE } = {} as NodeJS.ProcessEnv
    const sealed = await createSeal([SECRET, SECRET_BEFORE], PLACE).seal(WAYBILL)
    expect(await seal.open(sealed)).toEqual(WAYBILL)
    expect(() => createSeal([SECRET_BEFORE], PLACE)).toThrow(/^secret is missing/)
  })

  it('does not reveal a secret that is too short', () => {
    expect(() => createSeal('hunter2', PLACE)).toThrow(/^secret is 7 characters/)
  })
})

describe('a presented waybill', () => {
  const UPLOAD = 'the id of its upload'
  const SINGLE: Waybill = { ...WAYBILL, strategy: 'post' }

  it.each([
    ['of an upload in one request', SINGLE, undefined, ''],
    ['of an upload in parts, over its upload id as well', WAYBILL, UPLOAD, `~${UPLOAD}`],
  ])('begins like an HMAC, under a separate key: %s', async (_, waybill, id, covered) => {
    const sealed = await seal.seal(waybill)
    const info = 'waybill code 1\n["uploads","eu-west-1","videos/"]'
    const key = new Uint8Array(hkdfSync('sha256', SECRET, '', info, 32))
    const code = createHmac('sha256', key).update(`${sealed}${covered}`).digest().subarray(0, 16)
    expect(await seal.present(sealed, id)).toBe(`${sealed}~${code.toString('base64url')}`)
  })

  it.each([
    ['in one request', SINGLE, undefined],
    ['in parts', WAYBILL, UPLOAD],
  ])(
    'is the sealed one plus a code of 22 characters, always the same: %s',
    async (_, waybill, id) => {
      const sealed = await seal.seal(waybill)
      const presented = await seal.present(sealed, id)
      expect(presented.slice(0, -22)).toBe(`${sealed}~`)
      expect(await seal.present(sealed, id)).toBe(presented)
      expect(await seal.openPresented(presented, id)).toEqual({ sealed, waybill })
    },
  )

  it('is rejected with any other upload id, and the message says if one is missing', async () => {
    const presented = await seal.present(await seal.seal(WAYBILL), UPLOAD)
    for (const other of ['', 'another', `${UPLOAD} `]) {
      await expect(seal.openPresented(presented, other), other).rejects.toMatchObject(INVALID)
    }
    await expect(seal.openPresented(presented)).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      message: 'uploadId is missing',
    })
    const bare = await seal.present(await seal.seal(WAYBILL))
    await expect(seal.openPresented(bare, UPLOAD)).rejects.toMatchObject(INVALID)
  })

  it('is rejected as S3 stores it, and the message says why', async () => {
    await expect(seal.openPresented(await seal.seal(WAYBILL), UPLOAD)).rejects.toMatchObject({
      ...INVALID,
      message: expect.stringContaining('not as S3 keeps it'),
    })
  })

  it('is rejected with any other code', async () => {
    const sealed = await seal.seal(WAYBILL)
    const presented = await seal.present(sealed, UPLOAD)
    const code = presented.slice(-22)
    const forged = Array.from(
      code,
      (char, at) => code.slice(0, at) + (char === 'A' ? 'B' : 'A') + code.slice(at + 1),
    )
    const another = (await seal.present(await seal.seal(WAYBILL), UPLOAD)).slice(-22)
    const cut = [code.slice(1), code.slice(0, -1), '', `${code}A`, `${code}~${code}`]
    for (const wrong of [...forged, ...cut, another, 'A'.repeat(22)]) {
      await expect(seal.openPresented(`${sealed}~${wrong}`, UPLOAD), wrong).rejects.toMatchObject(
        INVALID,
      )
    }
  })
})
