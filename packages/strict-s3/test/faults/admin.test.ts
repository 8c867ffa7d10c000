import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { StrictS3, StrictS3Options } from 'strict-s3'
import { describe, expect, it } from 'vitest'
import { start } from '../start.ts'

const KEY = 'a key for the tests'

async function startAdmin(options: StrictS3Options = {}): Promise<StrictS3> {
  return (await start({ adminKey: KEY, ...options })).server
}

interface Ask {
  readonly method?: string
  readonly body?: string
  readonly headers?: Record<string, string>
}

/** With `node:http`, because `fetch` sends `Sec-Fetch-*` headers as a page would. */
async function ask(s3: StrictS3, path: string, { method, body, headers }: Ask = {}) {
  const sent = request(s3.endpoint + path, {
    method: method ?? 'GET',
    headers: { authorization: `Bearer ${KEY}`, ...headers },
  })
  const reply = new Promise<{ status: number; json: unknown }>((resolve, reject) => {
    sent.on('error', reject)
    sent.on('response', (message) => {
      text(message).then(
        (said) => resolve({ status: message.statusCode ?? 0, json: JSON.parse(said) }),
        reject,
      )
    })
  })
  sent.end(body)
  return reply
}

describe('/_admin', () => {
  it('does not exist without an admin key, and is never a bucket', async () => {
    const { server: s3, system } = await start()
    const reply = await fetch(`${s3.endpoint}/_admin/faults`)
    expect(await reply.text()).toContain('<Error>')
    const raw = await system.signed({ method: 'PUT', path: '/_admin' })
    expect((await system.send(raw)).code).toBe('InvalidBucketName')
  })

  it.each([undefined, 'Bearer another key', `Basic ${KEY}`, 'Bearer ', KEY])(
    'answers 401 to the Authorization header %j',
    async (authorization) => {
      const s3 = await startAdmin()
      const headers: Record<string, string> = authorization ? { authorization } : {}
      const reply = await fetch(`${s3.endpoint}/_admin/faults`, { headers })
      expect(reply.status).toBe(401)
      expect(reply.headers.get('www-authenticate')).toBe('Bearer')
      expect(await reply.text()).not.toContain(KEY)
    },
  )

  it.each([
    { origin: 'https://evil.example' },
    { origin: 'http://localhost:3000' },
    { 'sec-fetch-site': 'cross-site' },
  ])('rejects requests from a page, even with the key: %j', async (headers) => {
    const s3 = await startAdmin()
    const reply = await ask(s3, '/_admin/reset', { method: 'POST', headers })
    expect(reply).toMatchObject({ status: 403, json: { error: { code: 'FOREIGN_PAGE' } } })
  })

  it('accepts any server name, because programs in other containers use their own', async () => {
    const s3 = await startAdmin({ checkHost: true })
    const headers = { host: 's3:9000' }
    expect((await ask(s3, '/_admin/faults', { headers })).status).toBe(200)
  })

  it.each(['evil.example', '127.0.0.1.evil.example:9000'])(
    "rejects the Host '%s', which a site could point at this server, even with the key",
    async (host) => {
      const reply = await ask(await startAdmin(), '/_admin/requests', { headers: { host } })
      expect(reply).toMatchObject({ status: 403, json: { error: { code: 'FOREIGN_HOST' } } })
    },
  )

  it('sets, lists and clears faults', async () => {
    const { server: s3, system } = await start({ adminKey: KEY })
    const rule = { kind: 'SlowDown', operation: 'PutObject', count: 1 }
    const set = await ask(s3, '/_admin/faults', { method: 'PUT', body: JSON.stringify([rule]) })
    expect(set).toEqual({ status: 200, json: { faults: [{ ...rule, injected: 0 }] } })
    const raw = await system.signed({ method: 'PUT', key: 'a', body: 'x' })
    expect((await system.send(raw)).status).toBe(503)
    const listed = await ask(s3, '/_admin/faults')
    expect(listed.json).toEqual({ faults: [{ ...rule, injected: 1 }] })
    await ask(s3, '/_admin/faults', { method: 'DELETE' })
    expect(s3.faults).toEqual([])
  })

  it('moves the clock of presigned URLs, objects and lifecycle rules', async () => {
    const { server: s3, system } = await start({ adminKey: KEY })
    const clock = (method: string, setting?: object) =>
      ask(s3, '/_admin/clock', { method, body: JSON.stringify(setting) })
    const rule = `<Status>Enabled</Status><Filter/><Expiration><Days>2</Days></Expiration>`
    const body = `<LifecycleConfiguration><Rule>${rule}</Rule></LifecycleConfiguration>`
    await system.expectReply(200, { method: 'PUT', query: { lifecycle: '' }, body, md5: true })
    await system.put('old', 'hello')
    const url = await system.presigned({ key: 'old', expires: '900' })
    await system.expect(200, url)

    await clock('PUT', { offsetMs: 16 * 60_000 })
    expect((await system.send(url)).body.toString()).toContain('Request has expired')
    const later = new Date(Date.now() + 9 * 86_400_000)
    const { json } = await clock('PUT', { now: later.toISOString() })
    expect(Date.parse((json as { now: string }).now)).toBeGreaterThanOrEqual(later.getTime())
    await system.put('new', 'hello')
    expect(await system.keys()).toEqual(['new'])
    const byIts = await system.expectReply(200, { key: 'new', now: later })
    expect(new Date(byIts.headers['last-modified'] ?? '').getTime()).toBeGreaterThan(
      later.getTime() - 1000,
    )
    const byNeither = { now: new Date(later.getTime() - 86_400_000) }
    expect((await system.reply(byNeither)).code).toBe('RequestTimeTooSkewed')

    expect(await clock('DELETE')).toMatchObject({ status: 200, json: { offsetMs: 0 } })
    await system.put('newer', 'hello')
    await clock('PUT', { offsetMs: 3 * 86_400_000 })
    expect(await system.keys()).toEqual(['new'])
    await s3.reset()
    expect((await clock('GET')).json).toMatchObject({ offsetMs: 0 })
  })

  it.each([
    ['faults', '[{"kind":"SlowDown","chance":7}]', 'faults[0].chance is 7'],
    ['faults', '{"kind":"SlowDown"}', "faults is { kind: 'SlowDown' }, expected a list"],
    ['faults', '[', 'the body is not JSON'],
    ['clock', '', 'the clock is missing, expected { "now": '],
    ['clock', 'null', 'the clock is null, expected'],
    ['clock', '{}', 'the clock is {}, expected'],
    ['clock', '{"now":"2026-01-31T12:00:00Z","offsetMs":1}', 'expected { "now": "2026'],
    ['clock', '{"now":"2026-01-31T12:00:00"}', "now: '2026-01-31T12:00:00' }, expected"],
    ['clock', '{"now":1769860800000}', 'now: 1769860800000 }, expected'],
    ['clock', '{"now":"1969-12-31T23:59:59Z"}', 'a time from 1970 to 9998'],
    ['clock', '{"now":"+100000-01-01T00:00:00Z"}', 'a time from 1970 to 9998'],
    ['clock', '{"offsetMs":"1"}', "offsetMs: '1' }, expected"],
    ['clock', '{"offsetMs":-1e14}', 'a time from 1970 to 9998'],
    ['clock', '{"offsetMs":1e400}', 'a time from 1970 to 9998'],
    ['clock', '{"offsetMs":NaN}', 'the body is not JSON'],
  ])('explains what is wrong with %s %s', async (what, body, message) => {
    const s3 = await startAdmin()
    const reply = await ask(s3, `/_admin/${what}`, { method: 'PUT', body })
    const code = expect.stringMatching(
      message.includes('JSON') ? 'BODY_INVALID' : /^[CF].+_INVALID$/,
    )
    expect(reply).toMatchObject({
      status: 400,
      json: { error: { code, message: expect.stringContaining(message) } },
    })
  })

  it.each([
    ['deeply nested', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['deeply nested in a rule', `[{"kind":${'['.repeat(100_000)}${']'.repeat(100_000)}}]`],
    ['a long text', JSON.stringify('x'.repeat(500_000))],
    ['a long kind', JSON.stringify([{ kind: 'x'.repeat(500_000) }])],
    ['a long property name', JSON.stringify([{ kind: 'SlowDown', ['x'.repeat(500_000)]: 1 }])],
    ['many properties', JSON.stringify({ ...Array.from({ length: 50_000 }, String) })],
  ])('rejects a body that is %s, and shows only its beginning', async (_what, body) => {
    const s3 = await startAdmin()
    const reply = await ask(s3, '/_admin/faults', { method: 'PUT', body })
    expect(reply).toMatchObject({ status: 400, json: { error: { code: 'FAULTS_INVALID' } } })
    expect(JSON.stringify(reply.json).length).toBeLessThan(600)
  })

  it('shows only the beginning of a long path', async () => {
    const reply = await ask(await startAdmin(), `/_admin/${'x'.repeat(50_000)}`)
    expect(reply.status).toBe(404)
    expect(JSON.stringify(reply.json).length).toBeLessThan(600)
  })

  it('keeps the latest requests, but fewer if they are long', async () => {
    const s3 = await startAdmin()
    const url = `${s3.endpoint}/uploads/${'x'.repeat(50_000)}`
    for (let count = 0; count < 60; count += 1) await fetch(url)
    await fetch(`${s3.endpoint}/uploads/last`)
    const { json } = await ask(s3, '/_admin/requests')
    const { requests } = json as { requests: { key: string }[] }
    expect(requests.length).toBeGreaterThan(1)
    expect(requests.length).toBeLessThan(61)
    expect(requests.at(-1)?.key).toBe('last')
  })

  it('resets the server, and lists the requests since then', async () => {
    const { server: s3, system } = await start({ adminKey: KEY })
    await system.put('a', 'x')
    expect((await ask(s3, '/_admin/reset', { method: 'POST' })).status).toBe(200)
    expect(await system.keys()).toEqual([])
    expect((await ask(s3, '/_admin/requests')).json).toMatchObject({
      requests: [{ operation: 'ListObjectsV2', status: 200, bucket: 'uploads' }],
    })
  })

  it('lists its endpoints if a path is unknown', async () => {
    const reply = await ask(await startAdmin(), '/_admin/anything')
    expect(reply.status).toBe(404)
    expect(JSON.stringify(reply.json)).toContain('POST /_admin/reset')
  })

  it('is an ordinary key prefix if the bucket is in the host', async () => {
    const { server: s3, system } = await start({ adminKey: KEY })
    const headers = { host: `uploads.localhost:${s3.port}` }
    const raw = await system.signed({ method: 'PUT', path: '/_admin/faults', body: 'x', headers })
    expect((await system.send(raw)).status).toBe(200)
    expect(await system.read('_admin/faults')).toBe('x')
  })
})
