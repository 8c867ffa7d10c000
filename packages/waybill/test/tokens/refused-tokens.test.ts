/**
 * What a check says of tokens that it does not take.
 *
 * @module
 */

import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokenCheck } from '../../src/tokens/issuer-token.ts'
import type { CallerCheck } from '../../src/tokens/token-caller.ts'
import { AUDIENCE, type Issuer, startIssuer, tokenOf } from './token-issuer.ts'

let issuer: Issuer
let check: CallerCheck

beforeAll(async () => {
  issuer = await startIssuer()
  const jwksUri = `${issuer.url}/.well-known/jwks.json`
  const onError = () => {}
  check = tokenCheck({ issuer: issuer.url, audience: AUDIENCE, jwksUri, onError })
})
afterAll(() => issuer.close())

const bearing = (authorization: string | undefined) =>
  check({
    method: 'GET',
    path: '',
    query: {},
    headers: authorization === undefined ? {} : { authorization },
  })

/** Signs claims as they are. */
function signed(claims: Readonly<Record<string, unknown>>): Promise<string> {
  return new SignJWT({ iss: issuer.url, aud: AUDIENCE, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
    .sign(issuer.privateKey)
}

const secondsFromNow = (seconds: number) => Math.floor(Date.now() / 1000) + seconds

describe('tokenCheck', () => {
  it('accepts any number of spaces before the token, and the scheme in any case', async () => {
    for (const scheme of ['Bearer ', 'Bearer   ', 'bearer ', 'BEARER ']) {
      const caller = await bearing(`${scheme}${await tokenOf(issuer)}`)
      expect(caller.owner).toBe(`${issuer.url}#user-7`)
    }
  })

  it.each([undefined, '', 'Bearer', 'Bearer ', 'Basic dTpw', 'not Bearer a.b.c', 'Bearer a b'])(
    'reports that the request has no token if its Authorization header is %j',
    async (authorization) => {
      await expect(bearing(authorization)).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
        message: 'the request has no bearer token',
      })
    },
  )

  it('names the maximum token length, and accepts a token of that length', async () => {
    await expect(bearing(`Bearer ${'a'.repeat(8193)}`)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: 'the token is 8193 characters, at most 8192 are read',
    })
    await expect(bearing(`Bearer ${'a'.repeat(8192)}`)).rejects.toMatchObject({
      message: 'the token is not valid here',
    })
  })

  it.each([
    ['has no end', () => ({ sub: 'user-7' }), 'missing required "exp" claim'],
    ['names nobody', () => ({ exp: secondsFromNow(60) }), 'missing required "sub" claim'],
    [
      'is for another audience',
      () => ({ aud: 'billing', sub: 'user-7', exp: secondsFromNow(60) }),
      'unexpected "aud" claim value',
    ],
    [
      'has ended',
      () => ({ sub: 'user-7', exp: secondsFromNow(-60) }),
      '"exp" claim timestamp check failed',
    ],
  ])("says which claim is wrong of the issuer's token that %s", async (_what, claims, why) => {
    await expect(bearing(`Bearer ${await signed(claims())}`)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: `the token's signature is valid, but not its claims: ${why}`,
    })
  })

  it('accepts a token for some seconds after it expires, because clocks differ', async () => {
    const { owner } = await bearing(
      `Bearer ${await signed({ sub: 'user-7', exp: secondsFromNow(-1) })}`,
    )
    expect(owner).toBe(`${issuer.url}#user-7`)
  })

  it.each([7, '', null, ['user-7']])(
    'does not identify a caller whose subject is %j',
    async (sub) => {
      const token = await signed({ sub, exp: secondsFromNow(60) })
      await expect(bearing(`Bearer ${token}`)).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
        message: 'the token has no subject',
      })
    },
  )
})
