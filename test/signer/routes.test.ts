/**
 * What reaches the signer: paths, methods, bodies that are too much, CORS.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import type { SignerRequest } from 'waybill'
import { codeOf, createOne, FILE, get, post, signerFor, VIDEO_RULE } from '../support/signing.ts'

const signer = signerFor({ video: VIDEO_RULE })

function send(request: Partial<SignerRequest>) {
  return signer.handle({ method: 'POST', path: '', query: {}, headers: {}, ...request })
}

describe('handle', () => {
  it.each([
    ['GET', '/nope', 404, 'NOT_FOUND'],
    ['POST', '/constructor', 404, 'NOT_FOUND'],
    ['POST', '/../complete', 404, 'NOT_FOUND'],
    ['PUT', '', 405, 'METHOD_NOT_ALLOWED'],
    ['GET', '/complete', 405, 'METHOD_NOT_ALLOWED'],
    ['DELETE', '/abort', 405, 'METHOD_NOT_ALLOWED'],
  ])('refuses %s %s', async (method, path, status, code) => {
    const response = await send({ method, path })
    expect([response.status, codeOf(response)]).toEqual([status, code])
  })

  it('takes the base URL with a slash at its end', async () => {
    const headers = { 'content-type': 'application/json' }
    const response = await send({ path: '/', headers, body: JSON.stringify({ files: [FILE] }) })
    expect(response.status).toBe(201)
  })

  it.each([
    ['text/plain'],
    ['application/x-www-form-urlencoded'],
    ['multipart/form-data; boundary=x'],
    ['application/jsonp'],
    [undefined],
  ])('takes no body of the type %s, which any page may post without a preflight', async (type) => {
    const headers = type === undefined ? {} : { 'content-type': type }
    const response = await send({ headers, body: JSON.stringify({ files: [FILE] }) })
    expect([response.status, codeOf(response)]).toEqual([400, 'REQUEST_INVALID'])
  })

  it('takes a body of 64 KiB and none longer, counted in bytes', async () => {
    const body = JSON.stringify({ files: [FILE] })
    const fill = (bytes: number) => `${body}${' '.repeat(bytes - body.length)}`
    expect((await post(signer, '', fill(65_536))).status).toBe(201)
    const longer = await post(signer, '', fill(65_537))
    expect([longer.status, codeOf(longer)]).toEqual([413, 'REQUEST_TOO_LARGE'])
    const wide = await post(signer, '', JSON.stringify({ files: [], note: 'ü'.repeat(33_000) }))
    expect(codeOf(wide)).toBe('REQUEST_TOO_LARGE')
  })

  it.each([
    ['nothing', ''],
    ['half of it', '{"files":['],
    ['a list', '[]'],
    ['null', 'null'],
    ['a number', '7'],
    ['no files', '{"files":[]}'],
    ['files that are text', '{"files":"x"}'],
    ['101 files', JSON.stringify({ files: Array(101).fill(FILE) })],
    ['a rule that is a number', JSON.stringify({ rule: 7, files: [FILE] })],
    ['10,000 lists in one another', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
    ['10,000 objects in one another', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ])('refuses a body of %s', async (_, body) => {
    const response = await post(signer, '', body)
    expect([response.status, codeOf(response)]).toEqual([400, 'REQUEST_INVALID'])
  })

  it('says of an empty body where it may have gone', async () => {
    expect((await post(signer, '', '')).body).toContain('a body parser has read it before')
  })

  it('does not repeat a body that it cannot read', async () => {
    const { body } = await post(signer, '', '{"waybill":"secret-of-somebody')
    expect(body).not.toContain('secret')
  })

  it('refuses one file of deep JSON and signs the other', async () => {
    const deep = `${'[{"a":'.repeat(2_000)}1${'}]'.repeat(2_000)}`
    const body = `{"files":[{"name":"a","size":1,"type":"video/mp4","metadata":{"x":${deep}}},${JSON.stringify(FILE)}]}`
    const { uploads } = JSON.parse((await post(signer, '', body)).body)
    expect(uploads).toMatchObject([{ error: { code: 'REQUEST_INVALID' } }, { strategy: 'post' }])
  })

  it.each(['__proto__', 'constructor', 'prototype'])(
    'refuses metadata named %s and leaves every prototype alone',
    async (name) => {
      const file = `{"name":"a","size":1,"type":"video/mp4","metadata":{"${name}":"polluted"}}`
      const { uploads } = JSON.parse((await post(signer, '', `{"files":[${file}]}`)).body)
      expect(uploads).toMatchObject([{ error: { code: 'REQUEST_INVALID' } }])
      expect({}).not.toHaveProperty('polluted')
    },
  )

  it.each([
    ['17 entries', Object.fromEntries([...Array(17).keys()].map((n) => [`n${n}`, 'x']))],
    ['more than 1 KB', { a: 'x'.repeat(1024) }],
    ['more than 1 KB in bytes', { a: 'ü'.repeat(520) }],
    ['a name of nothing', { '': 'x' }],
    ['a list', { a: ['x'] }],
  ])('refuses metadata of %s', async (_, metadata) => {
    expect(await createOne(signer, { ...FILE, metadata })).toMatchObject({
      error: { code: 'REQUEST_INVALID' },
    })
  })

  it('says when metadata, key and owner together do not fit into the waybill', async () => {
    const metadata = { a: 'x'.repeat(1000) }
    expect(await createOne(signer, { ...FILE, metadata })).toMatchObject({
      error: { code: 'REQUEST_INVALID', message: expect.stringContaining('at most 1536') },
    })
  })

  it('forbids caches and sniffing', async () => {
    const { headers } = await post(signer, '', { files: [FILE] })
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-type': 'application/json; charset=utf-8',
    })
  })

  it('answers a failure of the application without its message', async () => {
    const errors: unknown[] = []
    const broken = signerFor(
      {
        video: {
          ...VIDEO_RULE,
          key: () => {
            throw new Error('db password is hunter2')
          },
        },
      },
      { onError: (error) => errors.push(error) },
    )
    const upload = await createOne(broken)
    expect(upload).toMatchObject({ error: { code: 'SIGNER_UNAVAILABLE' } })
    expect(JSON.stringify(upload)).not.toContain('hunter2')
    expect(errors).toMatchObject([{ message: 'db password is hunter2' }])
  })
})

describe('file names', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['..', 'file'],
    ['a\r\nx-amz-acl: public-read.mp4', 'ax-amz-acl- public-read.mp4'],
    ['C:\\temp\\nul', '_nul'],
    ['\u202Egpj.exe', 'gpj.exe'],
    ['<script>.mp4', '-script-.mp4'],
    ['${filename}', '--filename-'],
    ['Übung 🏖.mp4', 'Übung 🏖.mp4'],
    ['__proto__', '__proto__'],
  ])('%j becomes the last segment %j of a key', async (name, safe) => {
    const upload = await createOne(signer, { ...FILE, name })
    expect(upload).toMatchObject({ key: expect.stringMatching(/^[\w-]{22}\/[^/]+$/) })
    expect('key' in upload && upload.key.split('/')[1]).toBe(safe)
  })

  it.each([
    '/etc/passwd',
    'a/../b',
    'a//b',
    'a/./b',
    'line\nfeed',
    '',
    'x'.repeat(1025),
    'a/${filename}',
  ])('cannot lead a careless rule to the key %j', async (key) => {
    const careless = signerFor({ video: { ...VIDEO_RULE, key: () => key } })
    expect(await createOne(careless)).toMatchObject({ error: { code: 'INTERNAL_ERROR' } })
  })
})

describe('CORS', () => {
  it('says to a call only that its page may read the answer, and asks of no origin where there is none', async () => {
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
    const response = await send({
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

  it('allows no header where none is asked for', async () => {
    const { headers } = await send({ method: 'OPTIONS', headers: { origin } })
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
  ])('says nothing to the origin %j', async (other) => {
    for (const method of ['OPTIONS', 'POST'] as const) {
      const { headers } = await send({ method, headers: { origin: other } })
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
      expect(headers.vary).toBe('Origin')
    }
  })

  it('names the origin on answers and on errors, and once', async () => {
    const fine = await post(signer, '', { files: [FILE] }, { origin })
    const wrong = await post(signer, '/nope', {}, { origin })
    expect([fine, wrong].map(({ headers }) => headers['access-control-allow-origin'])).toEqual([
      origin,
      origin,
    ])
    const names = Object.keys(fine.headers)
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length)
  })

  it('does not repeat header names that are none', async () => {
    const { headers } = await send({
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-headers': 'x\r\nset-cookie: a=b' },
    })
    expect(headers).not.toHaveProperty('access-control-allow-headers')
  })

  it('asks a function, where that is how origins are known', async () => {
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
    'allows no origin for which a function answers %s, and onError hears of it',
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

  it('lets cookies through only where that is asked for', async () => {
    const allowing = signerFor({ video: VIDEO_RULE }, { allowCredentials: true })
    const name = 'access-control-allow-credentials'
    expect((await get(allowing, {}, { origin })).headers).toHaveProperty(name, 'true')
    expect((await get(signer, {}, { origin })).headers).not.toHaveProperty(name)
  })

  it.each(['*', 'https://*.example.com', 'https://app.example.com/', 'app.example.com', 'null'])(
    'cannot be configured with %j',
    (wrong) => {
      expect(() => signerFor({ video: VIDEO_RULE }, { allowedOrigins: [wrong] })).toThrow(
        `allowedOrigins has '${wrong}'`,
      )
    },
  )
})
