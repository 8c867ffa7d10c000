/**
 * What becomes of tokens while their issuer is away.
 *
 * @module
 */

import { generateKeyPair } from 'jose'
import { jwtVerify } from 'jose/jwt/verify'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type IssuerKeysOptions, issuerKeys } from '../../src/tokens/issuer-keys.ts'
import { startIssuer, type TokenClaims, tokenOf } from './token-issuer.ts'

const AWAY = { status: 503, body: '' }
const MINUTE_MS = 60_000

/** An issuer whose keys are asked for with each token, and a clock. */
async function setUp(options: Partial<IssuerKeysOptions> = {}) {
  const issuer = await startIssuer()
  onTestFinished(() => void issuer.close())
  const clock = { now: 0 }
  const told: unknown[] = []
  const keys = issuerKeys({
    jwksUri: `${issuer.url}/.well-known/jwks.json`,
    onError: (error) => told.push(error),
    now: () => clock.now,
    maxAgeMs: 0,
    ...options,
  })
  const check = async (claims: TokenClaims = {}, key = issuer.privateKey) => {
    const token = await tokenOf(issuer, claims, key)
    return jwtVerify(token, keys).then(
      () => 'valid',
      (error) => error.code,
    )
  }
  return { issuer, clock, told, check }
}

describe('issuerKeys', () => {
  it('keeps known keys for an hour while the issuer is unavailable, and no longer', async () => {
    const { issuer, clock, told, check } = await setUp()
    expect(await check()).toBe('valid')
    issuer.answers(AWAY)
    for (const minute of [10, 30, 60]) {
      clock.now = minute * MINUTE_MS
      expect(await check()).toBe('valid')
    }
    expect(told).toHaveLength(3)
    expect(String(told[0])).toContain('the keys that tokens are checked with are not available')
    clock.now = 61 * MINUTE_MS
    expect(await check()).toBe('SIGNER_UNAVAILABLE')
  })

  it.each([
    ['another status', 500, '{"keys":[]}'],
    ['no set of keys', 200, '{"keys":"none"}'],
    ['a set of what is no key', 200, '{"keys":[1]}'],
  ])('rejects %s as a response, and reports what it was', async (_what, status, body) => {
    const { issuer, clock, told, check } = await setUp()
    expect(await check()).toBe('valid')
    issuer.answers({ status, body })
    clock.now = MINUTE_MS
    expect(await check()).toBe('valid')
    const address = `${issuer.url}/.well-known/jwks.json`
    const message = `${address} responded with ${status}, expected 200 and a key set`
    expect(told).toMatchObject([{ cause: { message } }])
  })

  it('reads at most a megabyte of a response', async () => {
    const { issuer, clock, told, check } = await setUp()
    expect(await check()).toBe('valid')
    const { hasEnded } = issuer.answersEndlessly()
    clock.now = MINUTE_MS
    expect(await check()).toBe('valid')
    const address = `${issuer.url}/.well-known/jwks.json`
    expect(told).toMatchObject([
      { cause: { message: `${address} responded with more than 1048576 bytes` } },
    ])
    expect(await hasEnded).toBeLessThan(100_000_000)
  })

  it("counts the hour from the issuer's last successful response", async () => {
    const { issuer, clock, check } = await setUp()
    await check()
    clock.now = 50 * MINUTE_MS
    await check()
    issuer.answers(AWAY)
    clock.now = 100 * MINUTE_MS
    expect(await check()).toBe('valid')
  })

  it('retries an unavailable issuer every five seconds, and reports each failure', async () => {
    const { issuer, clock, told, check } = await setUp()
    await check()
    issuer.answers(AWAY)
    const before = issuer.asked()
    for (const seconds of [1, 2, 3, 6.5, 7, 8]) {
      clock.now = seconds * 1000
      expect(await check()).toBe('valid')
    }
    expect(issuer.asked() - before).toBe(2)
    expect(told).toHaveLength(2)
  })

  it('reports a failure once, even if several tokens wait for it', async () => {
    const { issuer, told, check } = await setUp()
    await check()
    issuer.answers(AWAY)
    expect(await Promise.all([check(), check(), check()])).toEqual(['valid', 'valid', 'valid'])
    expect(told).toHaveLength(1)
  })

  it('does not call a token invalid if the issuer may have its key by now', async () => {
    const { issuer, check } = await setUp()
    await check()
    issuer.answers(AWAY)
    expect(await check({ kid: 'k2' })).toBe('SIGNER_UNAVAILABLE')
  })

  it('accepts no token that a known key has not signed', async () => {
    const { issuer, check } = await setUp()
    await check()
    issuer.answers(AWAY)
    const { privateKey } = await generateKeyPair('ES256')
    expect(await check({}, privateKey)).toBe('ERR_JWS_SIGNATURE_VERIFICATION_FAILED')
  })

  it('drops a withdrawn key as soon as the issuer stops listing it', async () => {
    const { issuer, check } = await setUp()
    expect(await check()).toBe('valid')
    issuer.answers({ status: 200, body: '{"keys":[]}' })
    expect(await check()).toBe('ERR_JWKS_NO_MATCHING_KEY')
  })

  it('has no keys to keep if the issuer has never responded', async () => {
    const { issuer, told, check } = await setUp()
    issuer.answers(AWAY)
    expect(await check()).toBe('SIGNER_UNAVAILABLE')
    // Who verifies the token tells of it.
    expect(told).toEqual([])
  })
})
