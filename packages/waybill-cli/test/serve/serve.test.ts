/**
 * `waybill serve` over real HTTP: its calls, its log, its health, the element that it serves, and how
 * it starts and stops.
 *
 * @module
 */

import { writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { eventually } from '@waybill/test-support/eventually'
import { hostileTokens, tokenMaker } from '@waybill/test-support/hostile-tokens'
import { startStandIn } from '@waybill/test-support/stand-in'
import { startWaybill, temporaryDirectory } from '@waybill/test-support/waybill-process'
import { startStrictS3 } from 'strict-s3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createUploader } from 'waybill/client'
import { builtPackages } from '../../../../tools/build/built-packages.ts'
import { settingsFor, startBucket, startServe } from './serve-process.ts'

const FORM = '?name=a.txt&type=text/plain&size=5'
const ID = expect.stringMatching(/^[\w-]{16,36}$/)

describe('waybill serve', () => {
  it('signs uploads that S3 accepts, and logs events and requests with the same id', async () => {
    const s3 = await startBucket()
    const serve = await startServe(settingsFor(s3), ['--base-path', '/uploads'])
    const uploader = createUploader({ endpoint: serve.url })
    const bytes = new Uint8Array(17 * 1024 ** 2).fill(7)
    const file = new File([bytes], 'a.txt', { type: 'text/plain' })
    expect(await uploader.upload(file).done).toMatchObject({ size: file.size })
    await eventually(() => serve.log().at(-1)).toMatchObject({ path: '/uploads/complete' })
    const [grant, created] = serve.log().slice(1)
    expect(grant).toMatchObject({ type: 'grant', rule: 'any', id: ID })
    expect(created).toMatchObject({
      ...{ type: 'request', id: grant?.id, method: 'POST', path: '/uploads', status: 201 },
    })
  })

  it('admits callers with valid upload tokens, and nobody with a hostile one', async () => {
    const setup = {
      ...{ audience: 'https://uploads.example.com', issuer: 'https://shop.example.com' },
      ...{ key: 'a-token-secret-of-more-than-32-characters', now: new Date() },
    }
    const serve = await startServe({
      ...settingsFor(await startBucket()),
      ...{ WAYBILL_AUTH: 'token', WAYBILL_TOKEN_SECRET: setup.key },
      ...{ WAYBILL_TOKEN_AUDIENCE: setup.audience, WAYBILL_TOKEN_ISSUER: setup.issuer },
      WAYBILL_RULES: '{"any":{"types":["text/plain"],"maxSize":9,"form":true}}',
    })
    const call = async (token: string) => {
      const headers = { authorization: `Bearer ${token}` }
      const { status } = await fetch(`${serve.url}/${FORM}`, { headers })
      return status
    }
    expect(await call(tokenMaker(setup).signed())).toBe(200)
    // HTTP allows neither control characters nor spaces at the end, and the clock runs on.
    const sendable = hostileTokens(setup).filter(
      ({ what, token }) =>
        /^(?:[\t -~]{0,12000}[!-~])?$/.test(token) && !/^(?:exp|nbf|iat): \d/.test(what),
    )
    expect(sendable.length).toBeGreaterThan(200)
    for (const { what, token } of sendable) expect([what, await call(token)]).toEqual([what, 401])
    expect(serve.stdout() + serve.stderr()).not.toContain(tokenMaker(setup).signed())
  })

  it.each([
    ['keeps a valid id', 'proxy-4711', 'proxy-4711'],
    ['replaces an invalid id', 'a b', ID],
    ['replaces a missing id', undefined, ID],
  ])('%s of a request, in the response, the error and the log', async (_what, given, expected) => {
    const serve = await startServe(settingsFor(await startBucket()))
    const headers: Record<string, string> = given === undefined ? {} : { 'x-request-id': given }
    const response = await fetch(`${serve.url}/${FORM}0000000000`, { headers })
    const { error } = await response.json()
    expect([response.status, error.id]).toEqual([413, expected])
    expect(response.headers.get('x-request-id')).toBe(error.id)
    await eventually(() => serve.log().slice(1)).toMatchObject([
      { type: 'refusal', id: error.id },
      { type: 'request', id: error.id, path: '/', status: 413 },
    ])
    expect(serve.stdout()).not.toContain('a.txt')
  })

  it('reads rules from a file, uses the credentials of its platform, and counts in memory', async () => {
    const issued = { accessKeyId: 'ASIAISSUED', secretAccessKey: 'issued', sessionToken: 'token' }
    const s3 = await startStrictS3({ buckets: ['uploads'], credentials: [issued], log: () => {} })
    onTestFinished(() => s3.close())
    const platform = await startStandIn(async () => ({
      status: 200,
      body: JSON.stringify({
        AccessKeyId: issued.accessKeyId,
        SecretAccessKey: issued.secretAccessKey,
        Token: issued.sessionToken,
        Expiration: new Date(Date.now() + 3_600_000).toISOString(),
      }),
    }))
    onTestFinished(() => platform.close())
    const file = join(await temporaryDirectory(), 'rules.json')
    const rule = {
      types: ['text/plain'],
      maxSize: 9,
      public: true,
      quota: { files: 1, every: 'day' },
    }
    await writeFile(file, JSON.stringify({ note: rule }))
    const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...settings } = settingsFor(s3)
    const env = { ...settings, AWS_CONTAINER_CREDENTIALS_FULL_URI: platform.url }
    const serve = await startServe(env, ['--rules', file])
    const { upload } = createUploader({ endpoint: serve.url })
    const note = () => new File(['hello'], 'a.txt', { type: 'text/plain' })
    expect(await upload(note()).done).toMatchObject({ size: 5 })
    await expect(upload(note()).done).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' })
    expect(serve.stderr()).toContain('for several instances')
  })

  it('finishes calls in progress when it is stopped, and exits with 0', async () => {
    const gate = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    const application = await startStandIn(async () => {
      asked.resolve()
      await gate.promise
      return { status: 200 }
    })
    onTestFinished(() => application.close())
    const file = join(await temporaryDirectory(), 'rules.ts')
    await writeFile(
      file,
      `export const rules = { any: { types: ['text/plain'], maxSize: 9, form: true,
        authorize: async () => (await fetch('${application.url}')).ok && { owner: 'anna' } } }`,
    )
    const settings = { ...settingsFor(await startBucket()), WAYBILL_AUTH: 'rules' }
    const serve = await startServe(settings, ['--rules', file])
    const response = fetch(`${serve.url}${FORM}`)
    await asked.promise
    serve.child.kill('SIGTERM')
    await serve.said(/"type":"stop"/)
    await expect(fetch(serve.url)).rejects.toThrow()
    gate.resolve()
    expect((await response).status).toBe(200)
    expect(await serve.exit).toBe(0)
  })

  it.each([
    ['all settings', {}, ['WAYBILL_BUCKET', 'WAYBILL_SECRET', 'WAYBILL_RULES']],
    [
      'an origin',
      { WAYBILL_ALLOWED_ORIGINS: '*' },
      ["WAYBILL_ALLOWED_ORIGINS: allowedOrigins has '*'"],
    ],
    [
      'a rule',
      { WAYBILL_RULES: '{"a":{"types":["a/b"]}}' },
      ['WAYBILL_RULES.a.maxSize is missing'],
    ],
    ['WAYBILL_AUTH', { WAYBILL_AUTH: 'iam' }, ['only a Lambda function can check']],
    ['a key', { AWS_ACCESS_KEY_ID: 'AKID ' }, ['AWS_ACCESS_KEY_ID ends with a space']],
    [
      'its path',
      { WAYBILL_BASE_PATH: 'uploads' },
      ["WAYBILL_BASE_PATH is 'uploads', expected a path"],
    ],
    ['the port', { PORT: 'http' }, ["PORT is 'http', expected 0"]],
  ])(
    'names each setting that is missing or invalid, and does not start: %s',
    async (_what, wrong, messages) => {
      const given = Object.keys(wrong).length > 0 ? settingsFor(await startBucket()) : {}
      const started = startWaybill(['serve'], { env: { ...given, ...wrong } })
      expect(await started.exit).toBeGreaterThan(0)
      for (const message of messages) expect(started.stderr()).toContain(message)
      expect(started.stderr()).not.toContain('    at ')
    },
  )
})

describe('GET /healthz', () => {
  it('responds with 200, and is not logged', async () => {
    const serve = await startServe(settingsFor(await startBucket()), ['--base-path', '/uploads/'])
    const response = await fetch(`${serve.origin}/healthz`)
    expect([response.status, await response.json()]).toEqual([200, { ok: true }])
    // Longer than the idle limit of load balancers, which would send a request just as it ends.
    expect(response.headers.get('keep-alive')).toBe('timeout=75')
    expect(serve.log()).toMatchObject([{ type: 'start', url: `${serve.origin}/uploads` }])
  })

  it('says what is missing, and only the log says why', async () => {
    const secrets = await startStandIn(async () => ({ status: 400, body: '{"__type":"Denied"}' }))
    onTestFinished(() => secrets.close())
    const { WAYBILL_SECRET: _, ...settings } = settingsFor(await startBucket())
    const serve = await startServe({
      ...settings,
      WAYBILL_SECRET_ARN: 'seal',
      WAYBILL_SECRETS_ENDPOINT: secrets.url,
    })
    const response = await fetch(`${serve.origin}/healthz`)
    expect([response.status, await response.json()]).toEqual([
      503,
      { ok: false, missing: ['secret'] },
    ])
    expect(serve.stderr()).toContain("secret 'seal' could not be read")
  })
})

describe('GET /element.js', () => {
  it('and its chunks are modules for any page, and are cached', async () => {
    await builtPackages()
    const serve = await startServe(settingsFor(await startBucket()), ['--base-path', '/uploads'])
    const entry = await fetch(`${serve.url}/element.js`)
    const code = await entry.text()
    const [, chunk] = /"(\.\/element\/standalone\/[^"]+)"/.exec(code) ?? []
    const files = [entry, await fetch(new URL(chunk ?? '', entry.url))]
    for (const { status, headers, url } of files) {
      expect([status, headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8'])
      expect(headers.get('access-control-allow-origin')).toBe('*')
      expect(headers.get('content-encoding')).toBe('gzip')
      const again = { 'if-none-match': headers.get('etag') ?? '' }
      expect((await fetch(url, { headers: again })).status).toBe(304)
    }
    const caching = files.map(({ headers }) => headers.get('cache-control'))
    expect(caching).toEqual(['no-cache', 'public, max-age=31536000, immutable'])
    const plain = await fetch(entry.url, { headers: { 'accept-encoding': 'identity' } })
    expect(await plain.text()).toBe(code)
    expect((await fetch(entry.url, { method: 'POST' })).status).toBe(405)
  })

  it.each([
    '/uploads/element/standalone/../../../package.json',
    '/uploads/element/standalone/..%2f..%2findex.js',
    '/uploads//element.js',
    '/uploads/element/index.js',
    '/uploadselement.js',
    '/element.js',
  ])('serves nothing at %s', async (path) => {
    await builtPackages()
    const serve = await startServe(settingsFor(await startBucket()), ['--base-path', '/uploads'])
    // `fetch` would normalize the path.
    const status = await new Promise((resolve, reject) => {
      request(serve.origin, { path }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end()
    })
    expect(status).toBe(404)
  })
})
