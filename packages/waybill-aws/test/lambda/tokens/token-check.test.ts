import { functionUrlEvent } from '@waybill/test-support/lambda-events'
import { exportSPKI, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SignerRequest, UploadRules } from 'waybill'
import { lambdaHandler } from 'waybill-aws/lambda'
import { createSeal } from '../../../../waybill/src/seal/seal.ts'
import {
  AUDIENCE,
  type Issuer,
  startIssuer,
  type TokenClaims,
  tokenOf,
} from '../../../../waybill/test/tokens/token-issuer.ts'

const SECRET = 'a secret of more than thirty-two characters'

let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer()
})
afterAll(() => issuer.close())

function newHandler(
  of: Pick<Issuer, 'url'> = issuer,
  onError: (error: unknown) => void = () => {},
  authorize?: (request: SignerRequest) => unknown,
) {
  const video = { types: ['video/mp4'], maxSize: 1000, form: true } as const
  return lambdaHandler({
    log: () => {},
    onError,
    ...(authorize ? { rules: { video: { ...video, authorize } } as UploadRules } : {}),
    environment: {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'k',
      WAYBILL_BUCKET: 'uploads',
      WAYBILL_SECRET: SECRET,
      WAYBILL_RULES: '{"video":{"types":["video/mp4"],"maxSize":1000,"form":true}}',
      WAYBILL_AUTH: 'jwt',
      WAYBILL_JWT_ISSUER: of.url,
      WAYBILL_JWT_AUDIENCE: AUDIENCE,
    },
  })
}

function token(claims: TokenClaims = {}, key = issuer.privateKey): Promise<string> {
  return tokenOf(issuer, claims, key)
}

const SEAL = createSeal(SECRET, { bucket: 'uploads', region: 'eu-west-1' })

function eventWith(authorization: string | undefined): object {
  const headers = authorization === undefined ? {} : { authorization }
  return functionUrlEvent({ query: 'name=a.mp4&type=video/mp4&size=5', headers })
}

describe('lambdaHandler with auth jwt', () => {
  it("combines the token's issuer and subject into the owner, and fetches the keys once", async () => {
    const handler = newHandler()
    const before = issuer.asked()
    for (const sub of ['user-7', 'user-8']) {
      const { statusCode, body } = await handler(eventWith(`Bearer ${await token({ sub })}`))
      expect(statusCode).toBe(200)
      const sealed = JSON.parse(body).presignedPost.fields['x-amz-meta-waybill']
      expect((await SEAL.open(sealed)).owner).toBe(`${issuer.url}#${sub}`)
    }
    expect(issuer.asked() - before).toBe(1)
  })

  it.each([
    ['the caller, when it names no owner', {}, undefined],
    ['whom it names', { owner: 'team-1' }, 'team-1'],
  ])(
    "passes the verified claims to a rule's own authorize, and makes the owner %s",
    async (_whom, own, owner) => {
      const seen: unknown[] = []
      const handler = newHandler(issuer, undefined, ({ headers, caller }) => {
        seen.push(caller)
        expect(Object.keys(headers).filter((name) => name.startsWith('x-waybill-'))).toEqual([])
        return own
      })
      const { body } = await handler(
        functionUrlEvent({
          query: 'name=a.mp4&type=video/mp4&size=5',
          headers: { authorization: `Bearer ${await token()}`, 'x-waybill-caller': 'mallory' },
        }),
      )
      const caller = `${issuer.url}#user-7`
      const sealed = JSON.parse(body).presignedPost.fields['x-amz-meta-waybill']
      expect((await SEAL.open(sealed)).owner).toBe(owner ?? caller)
      const claims = { iss: issuer.url, aud: AUDIENCE, sub: 'user-7' }
      expect(seen).toMatchObject([{ owner: caller, claims }])
    },
  )

  it("lets a rule's own authorize reject callers whom the issuer admits, but not the reverse", async () => {
    const refusing = newHandler(issuer, undefined, () => false)
    expect((await refusing(eventWith(`Bearer ${await token()}`))).statusCode).toBe(401)
    const welcoming = newHandler(issuer, undefined, () => ({ owner: 'anybody' }))
    expect((await welcoming(eventWith(undefined))).statusCode).toBe(401)
  })

  it.each(['', 0, true, undefined, null, []])(
    "rejects the issuer's caller if a rule's own authorize returns %j",
    async (answer) => {
      const told: unknown[] = []
      const handler = newHandler(
        issuer,
        (error) => told.push(error),
        () => answer,
      )
      const { statusCode } = await handler(eventWith(`Bearer ${await token()}`))
      expect(statusCode).toBe(401)
      expect(told).toHaveLength(1)
    },
  )

  it.each(['/tenant', '/tenant/'])(
    "fetches the keys from under an issuer's path at %s",
    async (path) => {
      const url = `${issuer.url}${path}`
      const handler = newHandler({ url })
      const { statusCode } = await handler(eventWith(`Bearer ${await token({ iss: url })}`))
      expect([statusCode, issuer.askedAt()]).toEqual([200, '/tenant/.well-known/jwks.json'])
    },
  )

  it('does not fetch the keys again for each token with an unknown key', async () => {
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
  /** What the issuer publishes, taken for a shared secret: the oldest of the tricks. */
  const signedWithPublicKey = async () => {
    const secret = new TextEncoder().encode(await exportSPKI(issuer.publicKey))
    const jwt = new SignJWT({}).setProtectedHeader({ alg: 'HS256', kid: 'k1' })
    return jwt
      .setIssuer(issuer.url)
      .setAudience(AUDIENCE)
      .setSubject('user-7')
      .setExpirationTime('5 minutes')
      .sign(secret)
  }
  const unsigned = `${btoa('{"alg":"none"}')}.${btoa('{"sub":"user-7"}')}.`.replaceAll('=', '')
  const BAD: readonly (readonly [string, () => Promise<string | undefined>])[] = [
    ['no token', async () => undefined],
    ['another scheme', async () => 'Basic dTpw'],
    ['no token after Bearer', async () => 'Bearer '],
    ['an invalid token', async () => 'Bearer a.b.c'],
    ['a token without signature', async () => `Bearer ${unsigned}`],
    [
      'a token of another issuer',
      async () => `Bearer ${await token({ iss: 'https://evil.example' })}`,
    ],
    ['a token for somebody else', async () => `Bearer ${await token({ aud: 'billing' })}`],
    ['an expired token', async () => `Bearer ${await token({ expiresIn: '1 minute ago' })}`],
    ['a token of tomorrow', async () => `Bearer ${await token({ notBefore: '1 day' })}`],
    [
      "a token signed with the issuer's public key",
      async () => `Bearer ${await signedWithPublicKey()}`,
    ],
    [
      'a token of the issuer with a slash more',
      async () => `Bearer ${await token({ iss: `${issuer.url}/` })}`,
    ],
    ['two tokens', async () => `Bearer ${await token()}, Bearer ${await token()}`],
    ['a token without subject', async () => `Bearer ${await token({ sub: '' })}`],
    [
      'a token signed by another key',
      async () => `Bearer ${await token({}, (await other).privateKey)}`,
    ],
    ['a token of a megabyte', async () => `Bearer ${'a'.repeat(1_000_000)}`],
  ]

  it.each(BAD)('rejects %s', async (_what, authorization) => {
    const { statusCode, body } = await newHandler()(eventWith(await authorization()))
    expect(statusCode).toBe(401)
    expect(JSON.parse(body).error.code).toBe('UNAUTHENTICATED')
  })

  it.each([
    ['is out of order', { status: 500, body: '' }],
    ['publishes something else', { status: 200, body: '{"issuer":"https://id.example.com"}' }],
    ['publishes a page', { status: 200, body: '<html>' }],
  ])(
    'reports that it cannot check tokens if the issuer %s, and does not call it for a while',
    async (_what, answer) => {
      const away = await startIssuer(answer)
      const told: unknown[] = []
      const handler = newHandler(away, (error) => told.push(error))
      for (let index = 0; index < 20; index += 1) {
        const { statusCode, body } = await handler(eventWith(`Bearer ${await token()}`))
        expect(statusCode).toBe(503)
        expect(JSON.parse(body).error.code).toBe('SIGNER_UNAVAILABLE')
      }
      expect(away.asked()).toBe(1)
      expect(told).toHaveLength(20)
      away.close()
    },
  )

  it('does not call the issuer for a token it would reject anyway', async () => {
    const fresh = await startIssuer()
    const handler = newHandler(fresh)
    for (const authorization of [`Bearer ${unsigned}`, 'Bearer a.b.c', 'Bearer a'])
      expect((await handler(eventWith(authorization))).statusCode).toBe(401)
    expect(fresh.asked()).toBe(0)
    fresh.close()
  })
})
