import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it, onTestFinished } from 'vitest'
import { tokenCheck } from '../../src/tokens/issuer-token.ts'
import { AUDIENCE, startIssuer } from './token-issuer.ts'

/** Checks a token that an issuer has signed so. */
async function checkSignedBy(alg: string) {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'k1', alg, use: 'sig' }]
  const issuer = await startIssuer({ status: 200, body: JSON.stringify({ keys }) })
  onTestFinished(() => void issuer.close())
  const token = await new SignJWT({})
    .setProtectedHeader({ alg, kid: 'k1' })
    .setIssuer(issuer.url)
    .setAudience(AUDIENCE)
    .setSubject('user-7')
    .setExpirationTime('5 minutes')
    .sign(privateKey)
  const check = tokenCheck({
    issuer: issuer.url,
    audience: AUDIENCE,
    jwksUri: `${issuer.url}/.well-known/jwks.json`,
    onError: () => {},
  })
  const headers = { authorization: `Bearer ${token}` }
  return check({ method: 'POST', path: '', query: {}, headers })
}

describe('tokenCheck', () => {
  it.each(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'])(
    'accepts tokens signed with %s',
    async (alg) => {
      expect(await checkSignedBy(alg)).toMatchObject({ owner: expect.stringMatching(/#user-7$/) })
    },
  )

  it('accepts no other algorithm, even if the issuer publishes the key', async () => {
    await expect(checkSignedBy('RS512')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })
})
