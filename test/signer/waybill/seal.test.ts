/**
 * The seal of waybills: what it keeps out, and how its secret is replaced.
 *
 * @module
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import { createSeal, type Waybill } from 'waybill/signer'
import { SECRET } from '../../support/signing.ts'

const WAYBILL: Waybill = {
  rule: 'video',
  owner: 'user-7',
  key: 'videos/abc/film.mp4',
  size: { min: 7, max: 7 },
  type: 'video/mp4',
  strategy: 'multipart',
  partSize: 5_242_880,
  sha256: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
  metadata: { album: 'Ferien 🏖', quote: '"\\\u0000' },
  expiration: new Date('2026-03-08T12:00:00Z'),
}

const OLD = 'the-secret-that-was-used-before-0123456789'
const seal = createSeal(SECRET, 'uploads')

describe('createSeal', () => {
  it('opens what it sealed', async () => {
    expect(await seal.open(await seal.seal(WAYBILL))).toEqual(WAYBILL)
  })

  it('opens whatever fits', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 })
    const waybills = fc.record<Waybill>({
      rule: text,
      key: text,
      type: text,
      size: fc.record({ min: fc.nat(), max: fc.maxSafeNat() }),
      strategy: fc.constantFrom('post', 'put', 'multipart'),
      metadata: fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }),
      expiration: fc.nat(4_000_000_000).map((seconds) => new Date(seconds * 1000)),
    })
    await fc.assert(
      fc.asyncProperty(waybills, async (waybill) => {
        const wellFormed = JSON.parse(JSON.stringify(waybill).toWellFormed())
        const expected = { ...wellFormed, expiration: waybill.expiration }
        expect(await seal.open(await seal.seal(expected))).toEqual(expected)
      }),
    )
  })

  it('seals the same waybill differently each time, in characters that a header can hold', async () => {
    const [a, b] = [await seal.seal(WAYBILL), await seal.seal(WAYBILL)]
    expect(a).not.toBe(b)
    expect(a).toMatch(/^[\w.-]{1,1536}$/)
  })

  it('shows nothing of the content', async () => {
    const sealed = await seal.seal(WAYBILL)
    const readable = sealed
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString('latin1'))
    expect(readable[0]).toBe('{"alg":"dir","enc":"A256GCM"}')
    expect(readable.join('\n')).not.toMatch(/user-7|video|film/)
  })

  it('opens nothing of which one character was changed or which was cut', async () => {
    const sealed = await seal.seal(WAYBILL)
    const forged = Array.from(
      sealed,
      (char, at) => sealed.slice(0, at) + (char === 'A' ? 'B' : 'A') + sealed.slice(at + 1),
    )
    const cut = [0, 1, 40, sealed.length - 1].map((length) => sealed.slice(0, length))
    for (const text of [...forged, ...cut, `${sealed}A`, `${sealed}.`, 'null', '....', '{}']) {
      // Base64url leaves unused bits in a last character: a change of those alone changes no byte.
      if (
        Buffer.from(text.split('.').at(-1) ?? '', 'base64url').toString('base64url') !==
        text.split('.').at(-1)
      )
        continue
      await expect(seal.open(text), text).rejects.toMatchObject({ code: 'WAYBILL_INVALID' })
    }
  })

  it.each([
    ['none at all', { alg: 'none' }],
    ['another algorithm', { alg: 'A256KW', enc: 'A256GCM' }],
    ['another encryption', { alg: 'dir', enc: 'A128CBC-HS256' }],
  ])('opens nothing whose header asks for %s', async (_, header) => {
    const [, ...rest] = (await seal.seal(WAYBILL)).split('.')
    const text = [Buffer.from(JSON.stringify(header)).toString('base64url'), ...rest].join('.')
    await expect(seal.open(text)).rejects.toMatchObject({ code: 'WAYBILL_INVALID' })
  })

  it('seals with the first secret and opens with all', async () => {
    const before = await createSeal(OLD, 'uploads').seal(WAYBILL)
    const both = createSeal([SECRET, OLD], 'uploads')
    expect(await both.open(before)).toEqual(WAYBILL)
    const after = await both.seal(WAYBILL)
    expect(await seal.open(after)).toEqual(WAYBILL)
    await expect(createSeal(OLD, 'uploads').open(after)).rejects.toBeInstanceOf(UploadError)
  })

  it("opens no waybill of another bucket's under the same secret", async () => {
    const other = await createSeal(SECRET, 'other').seal(WAYBILL)
    await expect(seal.open(other)).rejects.toMatchObject({ code: 'WAYBILL_INVALID' })
  })

  it('seals nothing that does not fit into object metadata', async () => {
    const metadata = { a: 'x'.repeat(1000) }
    await expect(seal.seal({ ...WAYBILL, metadata })).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      message: expect.stringContaining('at most 1536'),
    })
  })

  it.each([[[]], [['']], ['short'], [[SECRET, 'short']]])(
    'takes no secret such as %j',
    (secret) => {
      expect(() => createSeal(secret, 'uploads')).toThrow(RangeError)
    },
  )

  it('leaves out what is undefined, as an environment variable is', async () => {
    const { SECRET_BEFORE } = {} as NodeJS.ProcessEnv
    const sealed = await createSeal([SECRET, SECRET_BEFORE], 'uploads').seal(WAYBILL)
    expect(await seal.open(sealed)).toEqual(WAYBILL)
    expect(() => createSeal([SECRET_BEFORE], 'uploads')).toThrow(/^secret is missing/)
  })

  it('does not show a secret that is too short', () => {
    expect(() => createSeal('hunter2', 'uploads')).toThrow(/^secret is 7 characters/)
  })
})
