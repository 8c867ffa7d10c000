import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SignerRequest } from 'waybill'
import { type LambdaHttpResponse, lambdaHandler } from 'waybill/lambda'
import { type LocalS3, startLocalS3 } from 'waybill/local-s3'
import {
  albEvent,
  albMultiValueEvent,
  functionUrlEvent,
  httpApiEvent,
  payload1Event,
  type Sent,
} from './events.ts'
import { localSettings } from './local-settings.ts'

const ORIGIN = 'https://app.example.com'
const RULES = JSON.stringify({
  video: { types: ['video/mp4'], maxSize: 1_000_000, form: true, public: true },
})

let s3: LocalS3

beforeAll(async () => {
  s3 = await startLocalS3({ buckets: ['uploads'] })
})
afterAll(() => s3.close())

function environment(more: Readonly<Record<string, string>> = {}) {
  return {
    ...localSettings(s3),
    WAYBILL_ALLOWED_ORIGINS: `${ORIGIN}, https://other.example.com`,
    WAYBILL_AUTH: 'none',
    WAYBILL_RULES: RULES,
    WAYBILL_PREFIX: 'uploads/',
    ...more,
  }
}

/** A handler that also tells what the signer's rule saw of a call. */
function observed(more: Readonly<Record<string, string>> = {}) {
  const seen: SignerRequest[] = []
  const rules = {
    video: {
      types: ['video/mp4'],
      maxSize: 1000,
      form: true,
      authorize: (request: SignerRequest) => {
        seen.push(request)
        return { owner: 'u1' }
      },
    },
  }
  return {
    seen,
    handler: lambdaHandler({
      environment: environment({ WAYBILL_AUTH: 'rules', ...more }),
      rules,
      log: () => {},
    }),
  }
}

const QUERY = 'name=f%C3%BCr%20uns%2Bdich.mp4&type=video%2Fmp4&size=5'

const FRONTS: readonly (readonly [string, (sent: Sent) => object])[] = [
  ['a Function URL', (sent) => functionUrlEvent(sent)],
  ['an HTTP API', (sent) => httpApiEvent(sent, '$default')],
  ['an HTTP API with a stage', (sent) => httpApiEvent(sent, 'prod')],
  ['a load balancer', albEvent],
  ['a load balancer with lists of values', albMultiValueEvent],
  ['an API of payload 1.0', payload1Event],
]

describe.each(FRONTS)('lambdaHandler behind %s', (_name, eventOf) => {
  it('hands method, decoded query and headers to the signer', async () => {
    const { handler, seen } = observed()
    const headers = { origin: ORIGIN, authorization: 'Bearer abc' }
    const response = await handler(eventOf({ query: QUERY, headers }))
    expect(response.statusCode).toBe(200)
    const [request] = seen
    expect(request?.method).toBe('GET')
    expect(request?.path).toBe('')
    expect(request?.query).toEqual({ name: 'für uns+dich.mp4', type: 'video/mp4', size: '5' })
    expect(request?.headers.authorization).toBe('Bearer abc')
  })

  it('says what its rules allow', async () => {
    const { handler } = observed()
    const response = await handler(eventOf({ path: '/rules' }))
    expect([response.statusCode, JSON.parse(response.body)]).toMatchObject([
      200,
      { rules: { video: { types: ['video/mp4'], maxSize: 1000 } } },
    ])
    expect(headerOf(response, 'cache-control')).toBe('private, max-age=300')
  })

  it('decodes a base64 body', async () => {
    const { handler } = observed()
    const sha256 = 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ='
    const files = [{ name: 'ü.mp4', size: 5, type: 'video/mp4', sha256 }]
    const sent = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ files }),
    }
    for (const base64 of [true, false]) {
      const response = await handler(eventOf({ ...sent, base64 }))
      expect(response.statusCode).toBe(201)
      expect(JSON.parse(response.body).uploads[0].key).toContain('ü.mp4')
    }
  })

  it('answers one origin exactly, once', async () => {
    const { handler } = observed()
    const response = await handler(eventOf({ query: QUERY, headers: { origin: ORIGIN } }))
    expect(headerOf(response, 'access-control-allow-origin')).toBe(ORIGIN)
    const foreign = await handler(
      eventOf({ query: QUERY, headers: { origin: 'https://evil.example' } }),
    )
    expect(headerOf(foreign, 'access-control-allow-origin')).toBeUndefined()
  })

  it('answers a path of its own, and 404 to any other', async () => {
    const { handler } = observed()
    const complete = await handler(eventOf({ method: 'POST', path: '/complete', body: '{}' }))
    expect(complete.statusCode).toBe(400)
    const nothing = await handler(eventOf({ path: '/nothing' }))
    expect(nothing.statusCode).toBe(404)
    expect(JSON.parse(nothing.body).error.code).toBe('NOT_FOUND')
  })
})

function headerOf(response: LambdaHttpResponse, name: string): string | undefined {
  return response.headers?.[name] ?? response.multiValueHeaders?.[name]?.join(',')
}

describe('lambdaHandler', () => {
  it('signs a form that S3 takes, under the prefix, by rules of the environment alone', async () => {
    const handler = lambdaHandler({ environment: environment(), log: () => {} })
    const { body } = await handler(functionUrlEvent({ query: 'name=a.mp4&type=video/mp4&size=5' }))
    const { url, fields } = JSON.parse(body).presignedPost
    expect(fields.key).toMatch(/^uploads\/[\w-]{22}\/a\.mp4$/)
    const form = new FormData()
    for (const [name, value] of Object.entries<string>(fields)) form.append(name, value)
    form.append('file', new Blob(['movie']))
    expect((await fetch(url, { method: 'POST', body: form })).status).toBe(204)
  })

  it('puts the keys of a rule in code under the prefix too, once', async () => {
    const video = { types: ['video/mp4'], maxSize: 1000, form: true, public: true } as const
    const handler = lambdaHandler({
      environment: environment(),
      rules: {
        video,
        films: { ...video, key: ({ id }) => `films/${id}` },
        whole: { ...video, key: ({ id }) => `uploads/films/${id}` },
      },
    })
    const keyOf = async (rule: string) => {
      const { body } = await handler(functionUrlEvent({ query: `${QUERY}&rule=${rule}` }))
      return JSON.parse(body).presignedPost.fields.key
    }
    expect(await keyOf('video')).toMatch(/^uploads\/[\w-]{22}\//)
    expect(await keyOf('films')).toMatch(/^uploads\/films\/[\w-]{22}$/)
    expect(await keyOf('whole')).toMatch(/^uploads\/films\/[\w-]{22}$/)
  })

  it.each([
    [{ WAYBILL_PENDING_TAG: 'on' }, true],
    [{ WAYBILL_PENDING_TAG: 'off' }, false],
    [{}, false],
  ])('lets objects come in as pending where %j says so', async (setting, tagged) => {
    const handler = lambdaHandler({ environment: environment(setting), log: () => {} })
    const { body } = await handler(functionUrlEvent({ query: 'name=a.mp4&type=video/mp4&size=5' }))
    const { fields } = JSON.parse(body).presignedPost
    expect('tagging' in fields).toBe(tagged)
  })

  it.each([
    [{}, 6 * 24, false],
    [{}, 8 * 24, true],
    [{ WAYBILL_EXPIRES_IN_SECONDS: '7200' }, 1, false],
    [{ WAYBILL_EXPIRES_IN_SECONDS: '7200' }, 3, true],
  ])(
    'takes a waybill for as long as %j says: expired after %i hours is %s',
    async (setting, hours, expired) => {
      let hoursLater = 0
      const now = () => new Date(Date.now() + hoursLater * 3_600_000)
      const handler = lambdaHandler({
        environment: environment(setting),
        effects: { now },
        log: () => {},
      })
      const headers = { 'content-type': 'application/json' }
      const sha256 = 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ='
      const files = [{ name: 'a.mp4', type: 'video/mp4', size: 5, sha256 }]
      const granted = await handler(
        functionUrlEvent({
          method: 'POST',
          headers,
          body: JSON.stringify({ rule: 'video', files }),
        }),
      )
      const [{ waybill }] = JSON.parse(granted.body).uploads
      hoursLater = hours
      const body = JSON.stringify({ waybill })
      const answer = await handler(
        functionUrlEvent({ method: 'POST', path: '/complete', headers, body }),
      )
      const { code } = JSON.parse(answer.body).error
      // What is not expired is not there: nothing was uploaded, and the store's clock is another.
      expect(code === 'WAYBILL_EXPIRED').toBe(expired)
      expect(code).not.toBe('REQUEST_INVALID')
    },
  )

  it('answers below a base path, and nowhere else', async () => {
    const { handler } = observed({ WAYBILL_BASE_PATH: '/api/uploads//' })
    const call = async (path: string) =>
      (await handler(functionUrlEvent({ path, query: QUERY }))).statusCode
    expect(await call('/api/uploads')).toBe(200)
    expect(await call('/api/uploads/')).toBe(200)
    expect(await call('/api/uploadsX')).toBe(404)
    expect(await call('/')).toBe(404)
  })

  it('sets the headers of CORS where it is told so', async () => {
    const { handler } = observed({ WAYBILL_CORS: 'handler' })
    const sent = { query: QUERY, headers: { origin: ORIGIN } }
    const { headers } = await handler(functionUrlEvent(sent))
    expect(headers).toMatchObject({ 'access-control-allow-origin': ORIGIN })
  })

  it('leaves CORS to the front where the front sets it', async () => {
    const { handler } = observed({ WAYBILL_CORS: 'url' })
    const { headers } = await handler(
      functionUrlEvent({ query: QUERY, headers: { origin: ORIGIN } }),
    )
    const names = Object.keys(headers ?? {})
    expect(names.filter((name) => /^(?:access-control-|vary$)/.test(name))).toEqual([])
    expect(names).toContain('cache-control')
  })

  it('refuses an event that is no HTTP request', async () => {
    const { handler } = observed()
    await expect(handler({ source: 'aws.events' })).rejects.toThrow(/not an HTTP request/)
    await expect(handler(undefined)).rejects.toThrow(TypeError)
  })

  it('carries the role session token into what it signs', async () => {
    const token = 'a-session-token'
    const handler = lambdaHandler({
      environment: environment({ AWS_SESSION_TOKEN: token }),
      log: () => {},
    })
    const { body } = await handler(functionUrlEvent({ query: 'name=a.mp4&type=video/mp4&size=5' }))
    expect(JSON.parse(body).presignedPost.fields['X-Amz-Security-Token']).toBe(token)
  })

  it.each([
    ['WAYBILL_BUCKET', ''],
    ['WAYBILL_RULES', ''],
    ['WAYBILL_RULES', 'video'],
    ['WAYBILL_RULES', '{"video":{"types":"video/mp4","maxSize":1}}'],
    ['WAYBILL_RULES', '{"video":{"types":["video/mp4"],"maxSize":true}}'],
    ['WAYBILL_RULES', '{"video":{"types":["video/mp4"],"maxSize":9,"form":"yes"}}'],
    ['WAYBILL_RULES', '{"video":{"types":["video/mp4"],"maxSize":1,"authorise":true}}'],
    ['WAYBILL_RULES', '{"video":{"types":["video/mp4"],"maxSize":9,"requireSha256":"yes"}}'],
    ['WAYBILL_RULES', '{"video":{"types":["video/mp4"],"maxSize":9,"expiresInSeconds":"60"}}'],
    ['WAYBILL_CORS', 'both'],
    ['WAYBILL_PENDING_TAG', 'yes'],
    ['WAYBILL_EXPIRES_IN_SECONDS', '7 days'],
    ['WAYBILL_EXPIRES_IN_SECONDS', '0'],
    ['WAYBILL_EXPIRES_IN_SECONDS', 'P7'],
    ['WAYBILL_EXPIRES_IN_SECONDS', '7d'],
    ['WAYBILL_ADDRESSING', 'host'],
    ['WAYBILL_RULES', '{"video":{"types":["video/mp4"],"maxSize":1,"public":"yes"}}'],
    ['WAYBILL_AUTH', 'basic'],
    ['WAYBILL_AUTH', ''],
    ['WAYBILL_SECRET', ''],
  ])('names the setting %s when it is %j', (name, value) => {
    const wrong = { environment: environment({ [name]: value }) }
    expect(() => lambdaHandler(wrong)).toThrow(new RegExp(name))
  })

  it('says of rules that are no JSON what they must be, and repeats none of them', () => {
    const wrong = environment({ WAYBILL_RULES: '{"video":' })
    expect(() => lambdaHandler({ environment: wrong })).toThrow(
      new TypeError('WAYBILL_RULES is not JSON, expected an object of rules by name'),
    )
  })
})

describe('WAYBILL_AUTH', () => {
  const CLOSED = '{"video":{"types":["video/mp4"],"maxSize":1000,"form":true}}'
  const video = { types: ['video/mp4'], maxSize: 1000, form: true } as const
  const byHeader = ({ headers }: SignerRequest) => {
    const owner = headers['x-user']
    return owner === undefined ? false : { owner }
  }

  it('must be set, and says to what', () => {
    expect(() => lambdaHandler({ environment: environment({ WAYBILL_AUTH: '' }) })).toThrow(
      'WAYBILL_AUTH is not set, expected none or rules or iam or jwt',
    )
  })

  it("is 'none' only where each rule is public", () => {
    const closed = environment({ WAYBILL_RULES: CLOSED })
    expect(() => lambdaHandler({ environment: closed })).toThrow(
      "WAYBILL_AUTH is 'none', but rules.video is not public",
    )
    const rules = { video: { ...video, authorize: byHeader } }
    expect(() => lambdaHandler({ environment: environment(), rules })).toThrow(
      "WAYBILL_AUTH is 'none', but rules.video is not public",
    )
  })

  it("leaves it with 'rules' to the authorize of each rule or of the handler", async () => {
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

  it("needs with 'rules' an authorize, or public: true", () => {
    const settings = environment({ WAYBILL_AUTH: 'rules', WAYBILL_RULES: CLOSED })
    expect(() => lambdaHandler({ environment: settings })).toThrow('rules.video has no authorize')
  })

  it("needs an issuer without '#', which divides it from the subject", () => {
    const settings = environment({
      WAYBILL_AUTH: 'jwt',
      WAYBILL_JWT_ISSUER: 'https://id.example.com/#a',
      WAYBILL_JWT_AUDIENCE: 'uploads',
    })
    expect(() => lambdaHandler({ environment: settings })).toThrow(
      "expected an address without '#'",
    )
  })
})

describe('the log of lambdaHandler', () => {
  it('has one JSON line for each grant and refusal, beside the metrics', async () => {
    const lines: string[] = []
    const handler = lambdaHandler({
      environment: environment(),
      log: (line: string) => lines.push(line),
    })
    await handler(functionUrlEvent({ query: QUERY }))
    await handler(functionUrlEvent({ query: 'type=text/html' }))
    const events = lines.map((line) => JSON.parse(line)).filter((line) => !('_aws' in line))
    expect(events).toMatchObject([
      { type: 'grant', call: 'form', rule: 'video', size: 5, at: expect.any(String) },
      { type: 'refusal', call: 'form', code: 'FILE_TYPE_NOT_ALLOWED', status: 415 },
    ])
    expect(lines.join('')).not.toContain('\n')
  })

  it('has metrics alone where onEvent is another', async () => {
    const lines: string[] = []
    const types: string[] = []
    const handler = lambdaHandler({
      environment: environment(),
      log: (line: string) => lines.push(line),
      onEvent: ({ type }) => types.push(type),
    })
    await handler(functionUrlEvent({ query: QUERY }))
    expect(types).toEqual(['grant'])
    expect(lines.map((line) => '_aws' in JSON.parse(line))).toEqual([true])
  })
})

describe('lambdaHandler with auth iam', () => {
  const SENT = { query: QUERY }
  const ARN = 'arn:aws:iam::111122223333:user/maja'

  it('lets the principal through that the Function URL names, as owner', async () => {
    const { handler, seen } = observed({ WAYBILL_AUTH: 'iam' })
    const response = await handler(functionUrlEvent(SENT, { iam: { userArn: ARN, userId: 'A' } }))
    expect(response.statusCode).toBe(200)
    expect(seen[0]?.caller).toEqual({ owner: ARN })
  })

  it('hands on the claims of a token that an HTTP API has verified', async () => {
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
    ['a subject that is no text', { iss: 'https://id.example.com', sub: 7 }],
  ])('takes a token with %s for no caller', async (_what, claims) => {
    const handler = lambdaHandler({ environment: environment({ WAYBILL_AUTH: 'iam' }) })
    const response = await handler(functionUrlEvent(SENT, { jwt: { claims } }))
    expect(response.statusCode).toBe(401)
  })

  it('asks the authorize of a rule that is an instance of a class, and calls its other methods', async () => {
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

  it('refuses a caller who names himself', async () => {
    const handler = lambdaHandler({
      environment: environment({ WAYBILL_AUTH: 'iam' }),
      log: () => {},
    })
    const forged = functionUrlEvent({ ...SENT, headers: { 'X-Waybill-Caller': ARN } })
    const response = await handler(forged)
    expect(response.statusCode).toBe(401)
    expect(JSON.parse(response.body).error.code).toBe('UNAUTHENTICATED')
  })
})
