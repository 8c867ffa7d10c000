import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lambdaHandler } from 'waybill/lambda'
import { createSeal } from 'waybill/signer'
import { functionUrlEvent } from './events.ts'

const SECRET = 'a secret of more than thirty-two characters'
const AUDIENCE = 'uploads'

/** An identity provider: publishes its key, counts how often it is asked. */
async function startIssuer() {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }]
  let asked = 0
  const server = createServer((_request, response) => {
    asked += 1
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, privateKey, asked: () => asked, close: () => server.close() }
}

let issuer: Awaited<ReturnType<typeof startIssuer>>

beforeAll(async () => {
  issuer = await startIssuer()
})
afterAll(() => issuer.close())

function newHandler() {
  return lambdaHandler({
    environment: {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'k',
      WAYBILL_BUCKET: 'uploads',
      WAYBILL_SECRET: SECRET,
      WAYBILL_RULES: '{"video":{"types":["video/mp4"],"maxSize":1000,"form":true}}',
      WAYBILL_AUTH: 'jwt',
      WAYBILL_JWT_ISSUER: issuer.url,
      WAYBILL_JWT_AUDIENCE: AUDIENCE,
    },
  })
}

interface Claims {
  readonly iss?: string
  readonly aud?: string
  readonly sub?: string
  readonly expiresIn?: string
  readonly kid?: string
}

function token(claims: Claims = {}, key = issuer.privateKey): Promise<string> {
  const jwt = new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: claims.kid ?? 'k1' })
    .setIssuer(claims.iss ?? issuer.url)
    .setAudience(claims.aud ?? AUDIENCE)
    .setExpirationTime(claims.expiresIn ?? '5 minutes')
  return (claims.sub === '' ? jwt : jwt.setSubject(claims.sub ?? 'user-7')).sign(key)
}

function eventWith(authorization: string | undefined): object {
  const headers = authorization === undefined ? {} : { authorization }
  return functionUrlEvent({ query: 'name=a.mp4&type=video/mp4&size=5', headers })
}

describe('lambdaHandler with auth jwt', () => {
  it("makes the token's subject the owner, and asks for the keys once", async () => {
    const handler = newHandler()
    const before = issuer.asked()
    for (const sub of ['user-7', 'user-8']) {
      const { statusCode, body } = await handler(eventWith(`Bearer ${await token({ sub })}`))
      expect(statusCode).toBe(200)
      const sealed = JSON.parse(body).presignedPost.fields['x-amz-meta-waybill']
      expect((await createSeal(SECRET, 'uploads').open(sealed)).owner).toBe(sub)
    }
    expect(issuer.asked() - before).toBe(1)
  })

  it('does not go back to the issuer for each token with an unknown key', async () => {
    const handler = newHandler()
    await handler(eventWith(`Bearer ${await token()}`))
    const before = issuer.asked()
    for (let index = 0; index < 20; index += 1) {
      const { statusCode } = await handler(
        eventWith(`Bearer ${await token({ kid: `k${index + 2}` })}`),
      )
      expect(statusCode).toBe(401)
    }
    expect(issuer.asked() - before).toBeLessThanOrEqual(1)
  })

  const other = generateKeyPair('ES256')
  const unsigned = `${btoa('{"alg":"none"}')}.${btoa('{"sub":"user-7"}')}.`.replaceAll('=', '')
  const BAD: readonly (readonly [string, () => Promise<string | undefined>])[] = [
    ['no token', async () => undefined],
    ['another scheme', async () => 'Basic dTpw'],
    ['no token after Bearer', async () => 'Bearer '],
    ['a token that is none', async () => 'Bearer a.b.c'],
    ['a token without signature', async () => `Bearer ${unsigned}`],
    [
      'a token of another issuer',
      async () => `Bearer ${await token({ iss: 'https://evil.example' })}`,
    ],
    ['a token for somebody else', async () => `Bearer ${await token({ aud: 'billing' })}`],
    ['an expired token', async () => `Bearer ${await token({ expiresIn: '1 minute ago' })}`],
    ['a token without subject', async () => `Bearer ${await token({ sub: '' })}`],
    [
      'a token signed by another key',
      async () => `Bearer ${await token({}, (await other).privateKey)}`,
    ],
    ['a token of a megabyte', async () => `Bearer ${'a'.repeat(1_000_000)}`],
  ]

  it.each(BAD)('refuses %s', async (_what, authorization) => {
    const { statusCode, body } = await newHandler()(eventWith(await authorization()))
    expect(statusCode).toBe(401)
    expect(JSON.parse(body).error.code).toBe('UNAUTHENTICATED')
  })
})
