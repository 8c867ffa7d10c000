/**
 * Pages of foreign sites that know the key pair, as everybody does: by a name that they point at this machine, or by
 * sending to it from their own origin.
 *
 * @module
 */

import type { StrictS3Options } from 'strict-s3'
import { describe, expect, it } from 'vitest'
import {
  anonymously,
  policyText,
  putPolicy,
} from '../../../../test/conformance/request/policy-case.ts'
import type { RawRequest } from '../../../../test/conformance/request/raw-request.ts'
import type { System } from '../../../../test/conformance/system.ts'
import { start } from '../start.ts'

/** A list of keys, signed for the very host that it is sent to. */
async function listUnder(system: System, host: string): Promise<RawRequest> {
  return system.presigned({ query: { 'list-type': '2' }, headers: { host } })
}

describe('a server that is reached over loopback', () => {
  it.each([
    'evil.example:9000',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '10.0.0.1',
    '',
  ])("rejects the Host '%s', however well it is signed", async (host) => {
    const { system } = await start()
    await system.put('private', 'hello')
    const reply = await system.send(await listUnder(system, host))
    expect([reply.status, reply.code]).toEqual([403, 'AccessDenied'])
    expect(reply.body.toString()).not.toContain('private')
  })

  it.each(['localhost', 'LOCALHOST:9000', '127.0.0.1:1', '127.1.2.3', '[::1]:9000', 's3.test'])(
    "answers to '%s'",
    async (host) => {
      const { system } = await start({ domains: ['s3.test'] })
      expect((await system.send(await listUnder(system, host))).status).toBe(200)
    },
  )
})

describe("a container's name", () => {
  const OWN = { credentials: [{ accessKeyId: 'own', secretAccessKey: 'own-secret' }] }
  const NAMES = ['s3:9000', 'shop_s3-1', 'host.docker.internal', 's3.default.svc.cluster.local']

  it.each(NAMES)("is accepted with private keys: '%s'", async (host) => {
    const { system } = await start(OWN)
    expect((await system.send(await listUnder(system, host))).status).toBe(200)
  })

  it.each(NAMES)("is rejected with the well-known default keys: '%s'", async (host) => {
    const { system } = await start()
    expect((await system.send(await listUnder(system, host))).status).toBe(403)
  })

  it.each(['evil.example:9000', 'internal.evil.example', 's3.', 's3.internal.', 'a b', '.local'])(
    "is never a name that anyone could register: '%s'",
    async (host) => {
      const { system } = await start(OWN)
      expect((await system.send(await listUnder(system, host))).status).not.toBe(200)
    },
  )
})

const PUBLIC = { accessKeyId: 'public', secretAccessKey: 'printed-in-the-readme' }
const KNOWN = { accessKeyId: 'waybill-local', secretAccessKey: 'waybill-local-secret' }
const SECRET = { accessKeyId: 'secret', secretAccessKey: 'known-to-one', pagesFrom: ['*'] }

const FOREIGN = [
  'https://evil.example',
  'null',
  'http://localhost.evil.example',
  'http://localhost:1@evil.example',
  '',
]
const LOCAL = ['http://localhost:3000', 'https://127.0.0.1:1', 'http://[::1]', 'http://a.localhost']

async function withObject(options: StrictS3Options = {}): Promise<System> {
  const { system } = await start({ credentials: [PUBLIC, SECRET], ...options })
  await system.put('a', 'hello')
  return system
}

async function statusOf(system: System, ask: Ask, headers: Record<string, string>) {
  const raw = await system.presigned(ask)
  const { status } = await system.send({ ...raw, headers: { ...raw.headers, ...headers } })
  return status
}

type Ask = Parameters<System['presigned']>[0]

const ASKS: readonly Ask[] = [
  { key: 'a' },
  { query: { 'list-type': '2' } },
  { path: '/' },
  { method: 'PUT', key: 'a', body: 'theirs' },
  { method: 'DELETE', key: 'a' },
]

describe("another site's page", () => {
  it('does not match a pattern that is only a prefix of its origin', async () => {
    const credentials = [{ ...PUBLIC, pagesFrom: ['http://localhost:*'] }]
    const system = await withObject({ credentials })
    const ask = { key: 'a' }
    expect(await statusOf(system, ask, { origin: 'http://localhost:1' })).toBe(200)
    expect(await statusOf(system, ask, { origin: 'http://localhost:1@evil.example' })).toBe(403)
  })

  it.each(FOREIGN)(
    "with the origin '%s' gets nothing, even if the request is signed",
    async (origin) => {
      const system = await withObject()
      for (const ask of ASKS) expect(await statusOf(system, ask, { origin })).toBe(403)
      expect(await system.read('a')).toBe('hello')
    },
  )

  it('learns why it is rejected', async () => {
    const system = await withObject()
    const raw = await system.presigned({ key: 'a' })
    const reply = await system.send({
      ...raw,
      headers: { ...raw.headers, origin: 'https://a.test' },
    })
    expect(reply.code).toBe('AccessDenied')
    expect(reply.body.toString()).toContain('Pages of https://a.test may not use this server')
  })

  it('gets nothing unsigned from a public bucket', async () => {
    const system = await withObject()
    const policy = policyText(system, { Effect: 'Allow', Principal: '*', Action: 's3:GetObject' })
    await system.expectReply(204, { method: 'DELETE', query: { publicAccessBlock: '' } })
    await system.expect(204, await putPolicy(system, policy))
    const raw = await anonymously('a')(system)
    expect((await system.send(raw)).status).toBe(200)
    for (const origin of FOREIGN) {
      const reply = await system.send({ ...raw, headers: { ...raw.headers, origin } })
      expect(reply.status).toBe(403)
    }
  })

  it('cannot send a form', async () => {
    const system = await withObject()
    const form = await system.form({ key: 'a' })
    for (const [origin, status] of [
      ...FOREIGN.map((each) => [each, 403] as const),
      ...LOCAL.map((each) => [each, 204] as const),
    ]) {
      const reply = await system.send({ ...form, headers: { ...form.headers, origin } })
      expect([origin, reply.status]).toEqual([origin, status])
    }
  })

  it('has its form parsed only if the page may use one of the key pairs', async () => {
    for (const [credentials, code] of [
      [[PUBLIC], 'AccessDenied'],
      [[PUBLIC, SECRET], 'MalformedPOSTRequest'],
    ] as const) {
      const { system } = await start({ credentials })
      const form = await system.form({ tail: () => 'no form' })
      const headers = { ...form.headers, origin: 'https://evil.example' }
      expect((await system.send({ ...form, headers })).code).toBe(code)
    }
  })

  it.each([
    [403, { 'sec-fetch-site': 'cross-site' }],
    [403, { 'sec-fetch-site': 'cross-site', referer: 'https://evil.example/' }],
    [403, { 'sec-fetch-site': 'cross-site', referer: 'http://localhost:3000@evil.example/' }],
    [403, { 'sec-fetch-site': 'unheard-of' }],
    [403, { referer: 'https://evil.example/' }],
    [200, { referer: 'http://localhost:3000/page' }],
    [200, { 'sec-fetch-site': 'cross-site', referer: 'http://localhost:3000/page' }],
    [200, { 'sec-fetch-site': 'same-site' }],
    [200, { 'sec-fetch-site': 'none' }],
    [200, {}],
  ])('gets %i for an image, a script or a link with %o', async (status, headers) => {
    const system = await withObject()
    const ask = { key: 'a', query: { 'response-content-type': 'text/html' } }
    expect(await statusOf(system, ask, headers)).toBe(status)
  })

  it.each<[string, StrictS3Options, number]>([
    ['the keys that everyone knows', {}, 403],
    ['the keys that everyone knows and others', { credentials: [PUBLIC, KNOWN] }, 403],
    ["keys of one's own", { credentials: [PUBLIC] }, 200],
  ])('is admitted if a CORS rule names it; with %s, * gets %s', async (_keys, options, status) => {
    const { system } = await start(options)
    await system.put('a', 'hello')
    const asked = (origin: string) => statusOf(system, { key: 'a' }, { origin })
    for (const origins of [['*'], ['null', '*'], ['https://*.test', '*']]) {
      const rules = origins.map((each) => `<AllowedOrigin>${each}</AllowedOrigin>`).join('')
      const body = `<CORSConfiguration><CORSRule>${rules}<AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>`
      await system.expectReply(200, { method: 'PUT', query: { cors: '' }, body, md5: true })
      expect([await asked('https://app.example'), await asked('null')]).toEqual([status, status])
    }
    expect(await asked('https://app.test')).toBe(200)
  })

  it.each([[['https://app.test']], [(origin: string) => origin === 'https://app.test']])(
    'is admitted if pagesFrom is %o',
    async (pagesFrom) => {
      const system = await withObject({ pagesFrom })
      expect(await statusOf(system, { key: 'a' }, { origin: 'https://app.test' })).toBe(200)
      expect(await statusOf(system, { key: 'a' }, { origin: 'https://other.test' })).toBe(403)
    },
  )

  it('is admitted if its requests are signed with a key pair for all pages', async () => {
    const system = await withObject()
    const ask = { key: 'a', credentials: SECRET }
    for (const origin of FOREIGN) expect(await statusOf(system, ask, { origin })).toBe(200)
  })
})

describe('a page on this machine', () => {
  it.each(LOCAL)('with the origin %s may send requests it has signed', async (origin) => {
    expect(await statusOf(await withObject(), { key: 'a' }, { origin })).toBe(200)
  })
})

describe('an object that a browser opens as a document', () => {
  const SANDBOXED = ['nosniff', 'sandbox']
  const PLAIN = [undefined, undefined]

  it.each([
    [SANDBOXED, { 'sec-fetch-site': 'same-site', 'sec-fetch-dest': 'document' }],
    [SANDBOXED, { 'sec-fetch-site': 'same-site', 'sec-fetch-dest': 'iframe' }],
    [SANDBOXED, { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate' }],
    [SANDBOXED, { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }],
    [PLAIN, { 'sec-fetch-site': 'none', 'sec-fetch-dest': 'document', accept: 'text/html' }],
    [PLAIN, { 'sec-fetch-site': 'same-site', 'sec-fetch-dest': 'video' }],
    [PLAIN, { accept: '*/*' }],
    [PLAIN, {}],
  ])('has the headers %o for %o', async (expected, headers) => {
    const system = await withObject()
    const raw = await system.presigned({
      key: 'a',
      query: { 'response-content-type': 'text/html' },
    })
    const reply = await system.send({ ...raw, headers: { ...raw.headers, ...headers } })
    const names = ['x-content-type-options', 'content-security-policy']
    expect([reply.status, ...names.map((name) => reply.headers[name])]).toEqual([200, ...expected])
  })

  it('is not sandboxed if it is a PDF, which browsers would not show', async () => {
    const system = await withObject()
    const query = { 'response-content-type': 'application/pdf' }
    const raw = await system.presigned({ key: 'a', query })
    const headers = { ...raw.headers, accept: 'text/html' }
    const reply = await system.send({ ...raw, headers })
    expect(reply.headers).toMatchObject({ 'x-content-type-options': 'nosniff' })
    expect(reply.headers['content-security-policy']).toBeUndefined()
  })

  it.each([
    'application/pdf;, text/html',
    'application/pdf;a=b, text/html',
    'application/pdf, text/html',
  ])('is sandboxed if it is %s, of which browsers use the last', async (type) => {
    const system = await withObject()
    const raw = await system.presigned({ key: 'a', query: { 'response-content-type': type } })
    const headers = { ...raw.headers, accept: 'text/html' }
    const reply = await system.send({ ...raw, headers })
    expect(reply.headers['content-security-policy']).toBe('sandbox')
  })
})
