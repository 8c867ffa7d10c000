import {
  codeOf,
  createOne,
  FILE,
  post,
  send,
  signerFor,
  VIDEO_RULE,
} from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'

const signer = signerFor({ video: VIDEO_RULE })

describe('handle', () => {
  it.each([
    ['GET', '/nope', 404, 'NOT_FOUND'],
    ['POST', '/constructor', 404, 'NOT_FOUND'],
    ['POST', '/../complete', 404, 'NOT_FOUND'],
    ['PUT', '', 405, 'METHOD_NOT_ALLOWED'],
    ['GET', '/complete', 405, 'METHOD_NOT_ALLOWED'],
    ['DELETE', '/abort', 405, 'METHOD_NOT_ALLOWED'],
  ])('rejects %s %s', async (method, path, status, code) => {
    const response = await send(signer, { method, path })
    expect([response.status, codeOf(response)]).toEqual([status, code])
  })

  it.each([
    [
      '/nope',
      '"/nope" is not a path of the signer: if the signer is mounted there, set its basePath',
    ],
    ['/nope/rules', '"/nope" is not a path of the signer: '],
    ['//rules', '"/rules" is not below the signer\'s basePath: '],
    ['//api/uploads', '"/api/uploads" is not below the signer\'s basePath: '],
    [`/${'x'.repeat(2000)}`, `"/${'x'.repeat(63)}" is not a path of the signer: `],
    ['/<script>"\n', '"/<script>\\"\\n" is not a path of the signer: '],
  ])('reports the path it received, and what to change (%#)', async (path, said) => {
    const { body } = await send(signer, { method: 'GET', path })
    expect(JSON.parse(body).error.message.startsWith(said)).toBe(true)
  })

  it.each([
    ['', 'PUT', 'method is PUT, expected one of GET, POST'],
    ['/complete', 'x'.repeat(2000), `method is ${'x'.repeat(16)}, expected one of POST`],
  ])('lists the methods that %s accepts', async (path, method, message) => {
    const { body } = await send(signer, { method, path })
    expect(JSON.parse(body).error.message).toBe(message)
  })

  it('reports that the body came too late', async () => {
    const { status, body } = await send(signer, { path: '/complete', bodyTimedOut: true })
    expect(status).toBe(408)
    expect(JSON.parse(body)).toMatchObject({
      error: { code: 'REQUEST_TIMEOUT', message: 'the body did not arrive in time' },
    })
  })

  it('accepts the base URL with a trailing slash', async () => {
    const headers = { 'content-type': 'application/json' }
    const response = await send(signer, {
      path: '/',
      headers,
      body: JSON.stringify({ files: [FILE] }),
    })
    expect(response.status).toBe(201)
  })

  it.each([
    ['text/plain'],
    ['application/x-www-form-urlencoded'],
    ['multipart/form-data; boundary=x'],
    ['application/jsonp'],
    ['text/plain; application/json'],
    [undefined],
  ])('rejects bodies of the type %s, which any page may post without a preflight', async (type) => {
    const headers = type === undefined ? {} : { 'content-type': type }
    const response = await send(signer, { headers, body: JSON.stringify({ files: [FILE] }) })
    expect(response.status).toBe(400)
    expect(JSON.parse(response.body)).toMatchObject({
      error: { code: 'REQUEST_INVALID', message: 'content-type is not application/json' },
    })
  })

  it('accepts a body of up to 64 KiB, counted in bytes', async () => {
    const body = JSON.stringify({ files: [FILE] })
    const fill = (bytes: number) => `${body}${' '.repeat(bytes - body.length)}`
    expect((await post(signer, '', fill(65_536))).status).toBe(201)
    const longer = await post(signer, '', fill(65_537))
    expect(longer.status).toBe(413)
    expect(JSON.parse(longer.body)).toMatchObject({
      error: { code: 'REQUEST_TOO_LARGE', message: 'body is longer than 65536 bytes' },
    })
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
  ])('rejects a body of %s', async (_, body) => {
    const response = await post(signer, '', body)
    expect([response.status, codeOf(response)]).toEqual([400, 'REQUEST_INVALID'])
  })

  it('suggests where an empty body may have gone', async () => {
    expect((await post(signer, '', '')).body).toContain('a body parser has read it before')
  })

  it('does not repeat a body that it cannot parse', async () => {
    const { body } = await post(signer, '', '{"waybill":"secret-of-somebody')
    expect(body).not.toContain('secret')
  })

  it('rejects one file with deeply nested JSON and signs the other', async () => {
    const deep = `${'[{"a":'.repeat(2_000)}1${'}]'.repeat(2_000)}`
    const body = `{"files":[{"name":"a","size":1,"type":"video/mp4","metadata":{"x":${deep}}},${JSON.stringify(FILE)}]}`
    const { uploads } = JSON.parse((await post(signer, '', body)).body)
    expect(uploads).toMatchObject([{ error: { code: 'REQUEST_INVALID' } }, { strategy: 'post' }])
  })

  it.each(['__proto__', 'constructor', 'prototype'])(
    'rejects metadata named %s and leaves every prototype alone',
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
  ])('rejects metadata with %s', async (_, metadata) => {
    expect(await createOne(signer, { ...FILE, metadata })).toMatchObject({
      error: { code: 'REQUEST_INVALID' },
    })
  })

  it('reports that metadata, key and owner together do not fit into the waybill', async () => {
    const metadata = { a: 'x'.repeat(1000) }
    expect(await createOne(signer, { ...FILE, metadata })).toMatchObject({
      error: { code: 'REQUEST_INVALID', message: expect.stringContaining('at most 1536') },
    })
  })

  it('forbids caching and sniffing', async () => {
    const { headers } = await post(signer, '', { files: [FILE] })
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-type': 'application/json; charset=utf-8',
    })
  })
})
