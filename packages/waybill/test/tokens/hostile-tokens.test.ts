/**
 * Tokens that were forged, changed, replayed elsewhere or written by mistake.
 *
 * @module
 */

import { generateKeyPairSync } from 'node:crypto'
import { hostileTokens, tokenMaker, validTokens } from '@waybill/test-support/hostile-tokens'
import { NOW } from '@waybill/test-support/signing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import { tokenAuthorize } from 'waybill/signer'

const SECRET = 'a-token-secret-of-more-than-32-characters'
const RSA = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})
const COMMON = {
  ...{ audience: 'https://uploads.example.com/api', issuer: 'https://shop.example' },
  now: NOW,
}

/** What becomes of a token: the owner, or the error. */
function checking(keys: { readonly secret: string } | { readonly publicKey: string }) {
  const authorize = tokenAuthorize({ ...COMMON, ...keys, now: () => NOW })
  return async (token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    const request = { method: 'POST', path: '', query: {}, headers }
    return Promise.resolve(authorize(request, undefined)).catch((error: unknown) => error)
  }
}

describe.each([
  ['a secret', { key: SECRET, keys: { secret: SECRET } }],
  ['a public key', { key: RSA.privateKey, keys: { publicKey: RSA.publicKey } }],
])('tokenAuthorize with %s', (_what, { key, keys }) => {
  const setup = { ...COMMON, key }
  const check = checking(keys)

  it('accepts odd but valid tokens', async () => {
    for (const [what, token] of validTokens(setup)) {
      expect([what, await check(token)]).toMatchObject([what, { owner: expect.any(String) }])
    }
  })

  it('rejects hostile tokens, and tells only the holder of the key what is wrong', async () => {
    const tokens = hostileTokens(setup)
    expect(tokens.length).toBeGreaterThan(250)
    for (const { what, token, message } of tokens) {
      const error = await check(token)
      const refused = { code: 'UNAUTHENTICATED', message: expect.stringMatching(message) }
      expect([what, error]).toMatchObject([what, refused])
      expect(error).toBeInstanceOf(UploadError)
      expect(`${error}`.length).toBeLessThan(500)
    }
  })
})

describe('tokenAuthorize', () => {
  const setup = { ...COMMON, key: SECRET }
  const check = checking({ secret: SECRET })
  const { signed, claims } = tokenMaker(setup)
  const tokens = [
    signed(),
    signed(claims({ sub: 'bob', upload: { max_size: 5 } })),
    signed(claims({ sub: 'server', scope: 'backend' })),
  ]
  const parts = tokens.flatMap((token) => token.split('.'))

  const text = fc.constantFrom(...tokens)
  const at = fc.nat(400)
  const character = fc.constantFrom(...'ABab01-_.=+/~ e'.split(''))
  const mutated = fc.oneof(
    fc
      .tuple(text, at, character)
      .map(([token, i, c]) => token.slice(0, i) + c + token.slice(i + 1)),
    fc.tuple(text, at, character).map(([token, i, c]) => token.slice(0, i) + c + token.slice(i)),
    fc.tuple(text, at, at).map(([token, i, n]) => token.slice(0, i) + token.slice(i + n)),
    fc.array(fc.constantFrom(...parts), { maxLength: 4 }).map((some) => some.join('.')),
    // Members of the header or the payload that change after signing.
    fc
      .tuple(
        text,
        fc.nat(1),
        fc.constantFrom('alg', 'kid', 'crit', 'sub', 'exp', 'scope'),
        fc.json(),
      )
      .map(([token, index, name, json]) => {
        const split = token.split('.')
        const value = JSON.parse(Buffer.from(split[index] ?? '', 'base64url').toString())
        const changed = JSON.stringify({ ...value, [name]: JSON.parse(json) })
        split[index] = Buffer.from(changed).toString('base64url')
        return split.join('.')
      }),
    fc.string({ unit: 'binary' }),
  )

  it('takes no longer to reject a token than to accept one of the same length', async () => {
    const fastest = async (token: string) => {
      let best = Number.POSITIVE_INFINITY
      for (let run = 0; run < 50; run += 1) {
        const startedMs = performance.now()
        await check(token)
        best = Math.min(best, performance.now() - startedMs)
      }
      return best
    }
    const forged = (header: object) => signed('{}', { alg: 'HS256', ...header }, () => 'AAAA')
    const accepted = await fastest(signed(claims({ more: 'a'.repeat(5700) })))
    for (const token of [
      '.'.repeat(8000),
      forged({ more: Array.from({ length: 2800 }, () => 0) }),
      forged({ more: Array.from({ length: 1900 }, () => '') }),
    ]) {
      expect(await fastest(token)).toBeLessThan(2 * accepted)
    }
  })

  it('accepts no token that was changed, whatever the change', async () => {
    await fc.assert(
      fc.asyncProperty(mutated, async (token) => {
        const result = await check(token)
        if (tokens.includes(token.trimStart())) return // any number of spaces is fine
        expect(result).toBeInstanceOf(UploadError)
        expect(result).toMatchObject({ code: 'UNAUTHENTICATED' })
      }),
      { numRuns: 10_000 },
    )
  })
})
