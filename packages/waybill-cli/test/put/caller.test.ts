import { describe, expect, it } from 'vitest'
import { readCaller } from '../../src/put/caller.ts'

function jwt(claims: object): string {
  const [head, body] = [{ alg: 'HS256' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  return `${head}.${body}.c2lnbmF0dXJl`
}

async function idOf(token: string): Promise<string> {
  const { id } = await readCaller({ token: { value: token, name: '--token' } })
  return id
}

describe('readCaller', () => {
  const claims = { iss: 'https://id.example', sub: 'anna', upload: { key_prefix: 'a/' } }

  it('recognizes a caller by a new token with the same claims', async () => {
    const { iss, ...others } = claims
    const renewed = { ...others, exp: 2, iat: 2, jti: 'b', iss }
    expect(await idOf(jwt(renewed))).toBe(await idOf(jwt({ ...claims, exp: 1, jti: 'a' })))
  })

  it.each([
    { ...claims, sub: 'ben' },
    { ...claims, iss: 'https://other.example' },
    { ...claims, upload: { key_prefix: 'b/' } },
    { ...claims, tenant: 'b' },
  ])('tells a caller with the claims %j apart', async (others) => {
    expect(await idOf(jwt(others))).not.toBe(await idOf(jwt(claims)))
  })

  it('tells callers apart by tokens that are no JWTs', async () => {
    expect(await idOf('opaque.b')).not.toBe(await idOf('opaque.a'))
  })
})
