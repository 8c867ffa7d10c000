import { hostileTokens, tokenMaker } from '@waybill/test-support/hostile-tokens'
import { functionUrlEvent } from '@waybill/test-support/lambda-events'
import { describe, expect, it } from 'vitest'
import type { SignerRequest } from 'waybill'
import { lambdaHandler } from 'waybill-aws/lambda'
import { QUERY, startEnvironment } from './environment.ts'

const { environment, observed } = startEnvironment()

const CLOSED = '{"video":{"types":["video/mp4"],"maxSize":1000,"form":true}}'

describe('WAYBILL_AUTH', () => {
  const video = { types: ['video/mp4'], maxSize: 1000, form: true } as const
  const byHeader = ({ headers }: SignerRequest) => {
    const owner = headers['x-user']
    return owner === undefined ? false : { owner }
  }

  it('must be set, and the error lists its values', () => {
    expect(() => lambdaHandler({ environment: environment({ WAYBILL_AUTH: '' }) })).toThrow(
      'WAYBILL_AUTH is not set, expected none or rules or iam or jwt or token',
    )
  })

  it("may be 'none' only if every rule is public", () => {
    const closed = environment({ WAYBILL_RULES: CLOSED })
    expect(() => lambdaHandler({ environment: closed })).toThrow(
      "WAYBILL_AUTH is 'none', but rules.video is not public",
    )
    const rules = { video: { ...video, authorize: byHeader } }
    expect(() => lambdaHandler({ environment: environment(), rules })).toThrow(
      "WAYBILL_AUTH is 'none', but rules.video is not public",
    )
  })

  it("with 'rules' leaves authorization to each rule's or the handler's authorize", async () => {
    const settings = environment({ WAYBILL_AUTH: 'rules' })
    const handlers = [
      lambdaHandler({ environment: settings, rules: { video: { ...video, authorize: byHeader } } }),
      lambdaHandler({ environment: settings, rules: { video }, authorize: byHeader }),
    ]
    for (const handler of handlers) {
      const call = async (headers: Record<string, string>) =>
        (await handler(functionUrlEvent({ query: QUERY, headers }))).statusCode
      expect(await call({})).toBe(401)
      expect(await call({ 'x-user': 'alice' })).toBe(200)
    }
  })

  it("with 'rules' needs authorize, or public: true", () => {
    const settings = environment({ WAYBILL_AUTH: 'rules', WAYBILL_RULES: CLOSED })
    expect(() => lambdaHandler({ environment: settings })).toThrow(
      'rules.video does not say who may upload',
    )
  })

  it("needs an issuer without '#', which separates it from the subject", () => {
    const settings = environment({
      WAYBILL_AUTH: 'jwt',
      WAYBILL_JWT_ISSUER: 'https://id.example.com/#a',
      WAYBILL_JWT_AUDIENCE: 'uploads',
    })
    expect(() => lambdaHandler({ environment: settings })).toThrow("expected a URL without '#'")
  })
})

describe('lambdaHandler with auth token', () => {
  const setup = {
    ...{ audience: 'https://uploads.example.com', issuer: 'https://shop.example.com' },
    ...{ key: 'a-token-secret-of-more-than-32-characters', now: new Date() },
  }
  const handlerOf = () =>
    lambdaHandler({
      environment: environment({
        ...{ WAYBILL_AUTH: 'token', WAYBILL_TOKEN_SECRET: setup.key },
        ...{ WAYBILL_TOKEN_AUDIENCE: setup.audience, WAYBILL_TOKEN_ISSUER: setup.issuer },
        WAYBILL_RULES: CLOSED,
      }),
      effects: { now: () => setup.now },
      log: () => {},
    })

  it('admits callers with valid tokens, and nobody with a hostile one', async () => {
    const handler = handlerOf()
    const call = async (token: string) => {
      const headers = { authorization: `Bearer ${token}` }
      const { statusCode, body } = await handler(functionUrlEvent({ query: QUERY, headers }))
      return [statusCode, JSON.parse(body).error?.code]
    }
    const { signed } = tokenMaker(setup)
    expect(await call(signed())).toEqual([200, undefined])
    for (const { what, token } of hostileTokens(setup)) {
      expect([what, await call(token)]).toEqual([what, [401, 'UNAUTHENTICATED']])
    }
  })
})

describe('lambdaHandler with auth iam', () => {
  const SENT = { query: QUERY }
  const ARN = 'arn:aws:iam::111122223333:user/maja'

  it('admits the principal that the Function URL names, as owner', async () => {
    const { handler, seen } = observed({ WAYBILL_AUTH: 'iam' })
    const response = await handler(functionUrlEvent(SENT, { iam: { userArn: ARN, userId: 'A' } }))
    expect(response.statusCode).toBe(200)
    expect(seen[0]?.caller).toEqual({ owner: ARN })
  })

  it('passes on the claims of a token that an HTTP API has verified', async () => {
    const { handler, seen } = observed({ WAYBILL_AUTH: 'iam' })
    const claims = { iss: 'https://id.example.com', sub: 'user-7', plan: 'gold' }
    const response = await handler(functionUrlEvent(SENT, { jwt: { claims, scopes: null } }))
    expect(response.statusCode).toBe(200)
    expect(seen[0]?.caller).toEqual({ owner: 'https://id.example.com#user-7', claims })
  })

  it.each([
    ['no issuer', { sub: 'user-7' }],
    ['no subject', { iss: 'https://id.example.com' }],
    ['an issuer with a fragment', { iss: 'https://id.example.com#a', sub: 'user-7' }],
    ['a subject that is not a string', { iss: 'https://id.example.com', sub: 7 }],
  ])('treats a token with %s as anonymous', async (_what, claims) => {
    const handler = lambdaHandler({ environment: environment({ WAYBILL_AUTH: 'iam' }) })
    const response = await handler(functionUrlEvent(SENT, { jwt: { claims } }))
    expect(response.statusCode).toBe(401)
  })

  it('calls authorize of a rule that is a class instance, and its other methods', async () => {
    class Videos {
      readonly types = ['video/mp4']
      readonly maxSize = 1000
      readonly form = true
      readonly #folder = 'films'
      authorize({ headers }: SignerRequest) {
        return headers['x-staff'] === 'yes' && { owner: this.#folder }
      }
      key({ id }: { readonly id: string }) {
        return `${this.#folder}/${id}`
      }
    }
    const handler = lambdaHandler({
      environment: environment({ WAYBILL_AUTH: 'iam' }),
      rules: { video: new Videos() },
      log: () => {},
    })
    const headers = { 'x-staff': 'yes' }
    expect((await handler(functionUrlEvent(SENT, { iam: { userArn: ARN } }))).statusCode).toBe(401)
    const staff = functionUrlEvent({ ...SENT, headers }, { iam: { userArn: ARN } })
    const { body } = await handler(staff)
    expect(JSON.parse(body).presignedPost.fields.key).toMatch(/^uploads\/films\/[\w-]{22}$/)
  })

  it('calls onError once a minute for an authorize that never returns', async () => {
    const errors: unknown[] = []
    const handler = lambdaHandler({
      environment: environment({ WAYBILL_AUTH: 'iam' }),
      rules: { video: { types: ['video/mp4'], maxSize: 1000, form: true } },
      authorize: () => undefined as never,
      onError: (error) => errors.push(error),
      log: () => {},
    })
    for (const _call of [1, 2]) {
      const call = handler(functionUrlEvent(SENT, { iam: { userArn: ARN } }))
      expect((await call).statusCode).toBe(401)
    }
    expect(errors).toHaveLength(1)
    expect(String(errors)).toContain('(is a return missing?)')
  })
})
