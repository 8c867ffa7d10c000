import { FILE, get, NOW, post, send, signerFor, VIDEO_RULE } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import type { SignerOptions } from 'waybill/signer'

const signer = signerFor({ video: VIDEO_RULE })

const NOT_ALLOWED =
  "which the signer's allowedOrigins does not have: add it there if the page is yours"

const NONE_ALLOWED =
  'origin is "https://app.example.com", but the signer\'s allowedOrigins is []: add it there if the page is yours (unless something in front of the signer sets the CORS headers)'

describe('CORS', () => {
  it('answers a call with only what lets its page read the response, and nothing without an origin', async () => {
    const asked: string[] = []
    const asking = signerFor(
      { video: VIDEO_RULE },
      {
        allowedOrigins: (each) => {
          asked.push(each)
          return true
        },
      },
    )
    const origin = 'https://app.test'
    const cors = async (headers: Record<string, string>) => {
      const answer = await post(asking, '', { files: [FILE] }, headers)
      const names = Object.keys(answer.headers)
      return names.filter((name) => name.startsWith('access-control'))
    }
    expect(await cors({})).toEqual([])
    expect(asked).toEqual([])
    expect(await cors({ origin, 'access-control-request-headers': 'x' })).toEqual([
      'access-control-allow-origin',
    ])
    expect(asked).toEqual([origin])
  })

  const origin = 'https://app.example.com'

  it('answers a preflight of an allowed origin', async () => {
    const response = await send(signer, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-headers': 'authorization,content-type' },
    })
    expect(response).toEqual({
      status: 204,
      body: '',
      headers: {
        vary: 'Origin',
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'authorization,content-type',
        'access-control-max-age': '7200',
      },
    })
  })

  it('allows no header if none is requested', async () => {
    const { headers } = await send(signer, { method: 'OPTIONS', headers: { origin } })
    expect(headers).not.toHaveProperty('access-control-allow-headers')
  })

  it.each([
    'https://app.example.com.evil.example',
    'http://app.example.com',
    'https://app.example.com:8443',
    'https://APP.example.com',
    'https://evil.example/?https://app.example.com',
    'null',
    '*',
    '',
  ])('sends nothing to the origin %j', async (other) => {
    for (const method of ['OPTIONS', 'POST'] as const) {
      const { headers } = await send(signer, { method, headers: { origin: other } })
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
      expect(headers.vary).toBe('Origin')
    }
  })

  it('calls onError for ten unlisted pages an hour, once for each', async () => {
    const told: unknown[] = []
    let hours = 0
    const listed = signerFor(
      { video: VIDEO_RULE },
      {
        allowedOrigins: [origin, origin, origin],
        onError: (error) => told.push(error),
        effects: { now: () => new Date(NOW.getTime() + hours * 3_600_000) },
      },
    )
    const ask = (from: string) => send(listed, { method: 'OPTIONS', headers: { origin: from } })
    await ask(origin)
    const foreign = Array.from({ length: 12 }, (_, index) => `https://${index}.example`)
    const first = foreign
      .slice(0, 10)
      .map((each) => `UploadError: origin is "${each}", ${NOT_ALLOWED}`)
    for (hours of [0, 0.9]) for (const each of foreign) await ask(each)
    expect(told.map(String)).toEqual(first)
    for (hours of [1, 1.9]) for (const each of foreign) await ask(each)
    expect(told.map(String)).toEqual([...first, ...first])
    expect((await ask(origin)).headers).toHaveProperty('access-control-allow-origin', origin)
  })

  it.each([
    ['OPTIONS', ''],
    ['GET', ''],
    ['GET', '/rules'],
  ])('calls onError for another page because of its %s of B%s', async (method, path) => {
    const told: unknown[] = []
    const listed = signerFor({ video: VIDEO_RULE }, { onError: (error) => told.push(error) })
    const ask = (from: string) => send(listed, { method, path, headers: { origin: from } })
    await ask(origin)
    await ask('https://staging.example.com')
    expect(told.map(String)).toEqual([
      `UploadError: origin is "https://staging.example.com", ${NOT_ALLOWED}`,
    ])
  })

  it("escapes an origin so that it cannot move a terminal's cursor", async () => {
    const told: string[] = []
    const listed = signerFor({ video: VIDEO_RULE }, { onError: (error) => told.push(`${error}`) })
    await send(listed, { method: 'OPTIONS', headers: { origin: '\u009b2Jhttps://a.example' } })
    expect(told).toEqual([expect.stringContaining('origin is "\\u009b2Jhttps://a.example"')])
  })

  it("does not report POST requests, which include pages on the signer's own origin", async () => {
    const told: unknown[] = []
    const listed = signerFor({ video: VIDEO_RULE }, { onError: (error) => told.push(error) })
    await post(listed, '', { files: [FILE] }, { origin: 'https://signer.example' })
    expect(told).toEqual([])
  })

  it('reports only the first preflight if no origin is allowed', async () => {
    const told: unknown[] = []
    const closed = signerFor(
      { video: VIDEO_RULE },
      { allowedOrigins: [], onError: (error) => told.push(error) },
    )
    const methods = ['GET', 'POST', 'OPTIONS', 'OPTIONS']
    for (const method of methods) await send(closed, { method, headers: { origin } })
    expect(told.map(String)).toEqual([`UploadError: ${NONE_ALLOWED}`])
  })

  it.each<[string, Partial<SignerOptions>]>([
    ['is not on the list', {}],
    ['a function does not allow', { allowedOrigins: () => false }],
  ])('explains to a page that %s, if it asks for the rules without cookies', async (_, options) => {
    const closed = signerFor({ video: VIDEO_RULE }, { onError: () => {}, ...options })
    const ask = (from: string) =>
      send(closed, { method: 'GET', path: '/rules', headers: { origin: from } })
    const { status, headers, body } = await ask('https://staging.example.com')
    expect([status, headers['access-control-allow-origin']]).toEqual([403, '*'])
    expect(JSON.parse(body)).toMatchObject({
      error: {
        code: 'ORIGIN_NOT_ALLOWED',
        message: `origin is "https://staging.example.com", ${NOT_ALLOWED}`,
      },
    })
    expect(Object.keys(headers)).not.toContain('access-control-allow-credentials')
  })

  it('rejects a page only if it asks for the reason, if no origin is allowed', async () => {
    const closed = signerFor({ video: VIDEO_RULE }, { allowedOrigins: [] })
    const ask = (query: Record<string, string>) =>
      send(closed, { method: 'GET', path: '/rules', query, headers: { origin } })
    const { status, headers } = await ask({})
    expect(status).toBe(200)
    expect(Object.keys(headers).join()).not.toContain('access-control')
    const asked = await ask({ cors: '' })
    expect([asked.status, asked.headers['access-control-allow-origin']]).toEqual([403, '*'])
    const details = { actual: origin, allowed: [] }
    expect(JSON.parse(asked.body)).toMatchObject({
      error: { code: 'ORIGIN_NOT_ALLOWED', message: NONE_ALLOWED, details },
    })
  })

  it('adds the origin to responses and errors, exactly once', async () => {
    const fine = await post(signer, '', { files: [FILE] }, { origin })
    const wrong = await post(signer, '/nope', {}, { origin })
    expect([fine, wrong].map(({ headers }) => headers['access-control-allow-origin'])).toEqual([
      origin,
      origin,
    ])
    const names = Object.keys(fine.headers)
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length)
  })

  it('does not repeat invalid header names', async () => {
    const { headers } = await send(signer, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-headers': 'x\r\nset-cookie: a=b' },
    })
    expect(headers).not.toHaveProperty('access-control-allow-headers')
  })

  it('calls a function to check origins', async () => {
    const open = signerFor(
      { video: VIDEO_RULE },
      { allowedOrigins: (each) => each.endsWith('.test') },
    )
    expect((await get(open, {}, { origin: 'https://a.test' })).headers).toHaveProperty(
      'access-control-allow-origin',
      'https://a.test',
    )
    expect((await get(open, {}, { origin: 'https://a.example' })).headers).not.toHaveProperty(
      'access-control-allow-origin',
    )
  })

  it.each<[string, unknown]>([
    ['a promise', Promise.resolve(true)],
    ['a promise that fails', 'rejects'],
    ['a number', 1],
    ['a text', 'https://a.test'],
    ['an object', {}],
    ['undefined', undefined],
  ])(
    'allows no origin for which a function returns %s, and calls onError',
    async (named, answer) => {
      const told: unknown[] = []
      const allows = () => (answer === 'rejects' ? Promise.reject(new Error('no list')) : answer)
      const asked = signerFor(
        { video: { ...VIDEO_RULE, form: true } },
        {
          allowedOrigins: allows as (origin: string) => boolean,
          onError: (error) => told.push(error),
        },
      )
      for (const method of ['GET', 'OPTIONS']) {
        const headers = { origin: 'https://a.test' }
        const response = await asked.handle({ method, path: '', query: {}, headers })
        expect(response.headers).toHaveProperty('vary')
        expect(Object.keys(response.headers).join()).not.toContain('access-control')
      }
      const kind = named.startsWith('a promise') ? 'a promise' : typeof answer
      const message = `TypeError: allowedOrigins returned ${kind}, expected true or false at once`
      expect(told.map(String)).toEqual([message, message])
    },
  )

  it('allows cookies only if enabled', async () => {
    const allowing = signerFor({ video: VIDEO_RULE }, { allowCredentials: true })
    const name = 'access-control-allow-credentials'
    expect((await get(allowing, {}, { origin })).headers).toHaveProperty(name, 'true')
    expect((await get(signer, {}, { origin })).headers).not.toHaveProperty(name)
  })

  it.each(['*', 'https://*.example.com', 'https://app.example.com/', 'app.example.com', 'null'])(
    'rejects the configuration %j',
    (wrong) => {
      expect(() => signerFor({ video: VIDEO_RULE }, { allowedOrigins: [wrong] })).toThrow(
        `allowedOrigins has '${wrong}'`,
      )
    },
  )
})
