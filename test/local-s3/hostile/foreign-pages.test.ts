/**
 * Pages of foreign sites that know the key pair, as everybody does: by a name that they point at this machine, or by
 * sending to it from their own origin.
 *
 * @module
 */

import { describe, expect, it, onTestFinished } from 'vitest'
import { type LocalS3Options, startLocalS3 } from 'waybill/local-s3'
import type { RawRequest } from '../../conformance/request/raw-request.ts'
import { World } from '../../conformance/system.ts'

async function start(options: LocalS3Options = {}): Promise<World> {
  const server = await startLocalS3({ buckets: ['uploads'], ...options })
  onTestFinished(() => server.close())
  return new World(server, 'uploads')
}

/** A list of keys, signed for the very host that it is sent to. */
async function listUnder(world: World, host: string): Promise<RawRequest> {
  return world.presigned({ query: { 'list-type': '2' }, headers: { host } })
}

describe('a server that is reached over loopback', () => {
  it.each([
    'evil.example:9000',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '10.0.0.1',
    '',
  ])("refuses the Host '%s', however well it is signed", async (host) => {
    const world = await start()
    await world.put('private', 'hello')
    const reply = await world.send(await listUnder(world, host))
    expect([reply.status, reply.code]).toEqual([403, 'AccessDenied'])
    expect(reply.body.toString()).not.toContain('private')
  })

  it.each(['localhost', 'LOCALHOST:9000', '127.0.0.1:1', '127.1.2.3', '[::1]:9000', 's3.test'])(
    "answers to '%s'",
    async (host) => {
      const world = await start({ domains: ['s3.test'] })
      expect((await world.send(await listUnder(world, host))).status).toBe(200)
    },
  )

  it('answers to a bucket below a name of its own', async () => {
    const world = await start({ domains: ['s3.test'] })
    for (const host of ['uploads.localhost', 'uploads.s3.test']) {
      const raw = await world.presigned({
        path: '/',
        query: { 'list-type': '2' },
        headers: { host },
      })
      expect((await world.send(raw)).status).toBe(200)
    }
  })
})

const PUBLIC = {
  accessKeyId: 'public',
  secretAccessKey: 'printed-in-the-readme',
  pagesFrom: (origin: string) => origin === 'http://localhost:3000',
}
const PRIVATE = { accessKeyId: 'private', secretAccessKey: 'known-to-the-signer-alone' }

describe('a key pair for pages of some origins', () => {
  async function send(
    origin: string | undefined,
    ask: Parameters<World['presigned']>[0],
    credentials = PUBLIC,
  ) {
    const world = await start({ credentials: [PUBLIC, PRIVATE] })
    await world.put('a', 'hello')
    const raw = await world.presigned({ ...ask, credentials })
    const headers = { ...raw.headers, ...(origin === undefined ? {} : { origin }) }
    return { world, reply: await world.send({ ...raw, headers }) }
  }

  it.each(['https://evil.example', 'null', 'http://localhost:3001', ''])(
    "signs nothing for a page of '%s'",
    async (origin) => {
      for (const ask of [
        { key: 'a' },
        { query: { 'list-type': '2' } },
        { method: 'PUT', key: 'a', body: 'mine now' },
      ]) {
        const { world, reply } = await send(origin, ask)
        expect([reply.status, reply.code]).toEqual([403, 'AccessDenied'])
        expect(await world.read('a')).toBe('hello')
      }
    },
  )

  it.each([
    [403, { 'sec-fetch-site': 'cross-site' }],
    [403, { 'sec-fetch-site': 'cross-site', referer: 'https://evil.example/' }],
    [403, { 'sec-fetch-site': 'cross-site', referer: 'http://localhost:3000@evil.example/' }],
    [200, { 'sec-fetch-site': 'cross-site', referer: 'http://localhost:3000/page' }],
    [200, { 'sec-fetch-site': 'same-site' }],
    [200, { 'sec-fetch-site': 'none' }],
  ])('answers %i to an image, a script or a link with %o', async (status, headers) => {
    const world = await start({ credentials: [PUBLIC] })
    await world.put('a', 'hello')
    const raw = await world.presigned({ key: 'a', query: { 'response-content-type': 'text/html' } })
    const reply = await world.send({ ...raw, headers: { ...raw.headers, ...headers } })
    expect(reply.status).toBe(status)
  })

  it('signs no form for a foreign page', async () => {
    const world = await start({ credentials: [PUBLIC] })
    const form = await world.form({ key: 'a' })
    for (const [origin, status] of [
      ['https://evil.example', 403],
      ['null', 403],
      ['http://localhost:3000', 204],
    ] as const) {
      const reply = await world.send({ ...form, headers: { ...form.headers, origin } })
      expect([origin, reply.status]).toEqual([origin, status])
    }
  })

  it('signs for those pages and for programs', async () => {
    expect((await send('http://localhost:3000', { key: 'a' })).reply.status).toBe(200)
    expect((await send(undefined, { key: 'a' })).reply.status).toBe(200)
  })

  it('signs for pages that the CORS rules of the bucket name, of which null is none', async () => {
    const cors = [{ allowedOrigins: ['https://*.test', 'null'], allowedMethods: ['GET'] as const }]
    const buckets = [{ name: 'uploads', cors }]
    const world = await start({ credentials: [PUBLIC], buckets })
    await world.put('a', 'hello')
    const raw = await world.presigned({ key: 'a' })
    const statusFor = async (origin: string) =>
      (await world.send({ ...raw, headers: { ...raw.headers, origin } })).status
    expect(await statusFor('https://app.test')).toBe(200)
    expect(await statusFor('https://app.example')).toBe(403)
    expect(await statusFor('null')).toBe(403)
  })

  it('leaves other key pairs to S3, where CORS only hides the answer', async () => {
    expect((await send('null', { key: 'a' }, { ...PUBLIC, ...PRIVATE })).reply.status).toBe(200)
  })
})
