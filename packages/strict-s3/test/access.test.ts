/**
 * Who may do what by the server's options: the rights of each key pair, virtual-hosted addresses, TLS.
 *
 * @module
 */

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type StrictS3, type StrictS3Options, startStrictS3 } from 'strict-s3'
import { afterEach, describe, expect, it } from 'vitest'
import { formRequest } from '../src/conformance/request/form.ts'
import { signHeader } from '../src/conformance/request/signing.ts'
import { System } from '../src/conformance/system.ts'

const open: StrictS3[] = []

afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

async function start(options: StrictS3Options = {}): Promise<System> {
  const server = await startStrictS3({ buckets: ['uploads'], ...options })
  open.push(server)
  return new System(server, 'uploads')
}

const OWNER = { accessKeyId: 'owner', secretAccessKey: 'owner-secret' }
const READER = { accessKeyId: 'reader', secretAccessKey: 'reader-secret', readOnly: true }
const TENANT = { accessKeyId: 'tenant', secretAccessKey: 'tenant-secret', prefix: 'tenant/' }

describe('the rights of a key pair', () => {
  it('let a reader read and do nothing else', async () => {
    const system = await start({ credentials: [OWNER, READER] })
    await system.put('a', 'hello')
    const as = { credentials: READER }
    expect((await system.send(await system.signed({ key: 'a', ...as }))).status).toBe(200)
    expect(
      (await system.send(await system.signed({ query: { 'list-type': '2' }, ...as }))).status,
    ).toBe(200)
    for (const ask of [
      { method: 'PUT', key: 'a', body: 'x' },
      { method: 'DELETE', key: 'a' },
      { method: 'POST', key: 'a', query: { uploads: '' } },
    ]) {
      expect((await system.send(await system.signed({ ...ask, ...as }))).code).toBe('AccessDenied')
    }
    const form = await formRequest({ ...system.signer, ...as }, { bucket: 'uploads', key: 'b' })
    expect((await system.send(form)).code).toBe('AccessDenied')
    expect(await system.keys()).toEqual(['a'])
  })

  it('keep a tenant within its prefix', async () => {
    const system = await start({ credentials: [OWNER, TENANT] })
    await system.put('other', 'hello')
    const as = { credentials: TENANT }
    const status = async (ask: Parameters<System['signed']>[0]) =>
      (await system.send(await system.signed({ ...ask, ...as }))).status
    expect(await status({ method: 'PUT', key: 'tenant/a', body: 'x' })).toBe(200)
    expect(await status({ key: 'tenant/a' })).toBe(200)
    expect(await status({ query: { 'list-type': '2', prefix: 'tenant/' } })).toBe(200)
    expect(await status({ key: 'other' })).toBe(403)
    expect(await status({ method: 'PUT', key: 'tenantx', body: 'x' })).toBe(403)
    expect(await status({ query: { 'list-type': '2' } })).toBe(403)
    expect(await status({ query: { versions: '', prefix: 'tenant/' } })).toBe(200)
    expect(await status({ query: { versions: '' } })).toBe(403)
    const copy = { 'x-amz-copy-source': 'uploads/other' }
    expect(await status({ method: 'PUT', key: 'tenant/b', headers: copy })).toBe(403)
    const outside = await formRequest({ ...system.signer, ...as }, { bucket: 'uploads', key: 'b' })
    expect((await system.send(outside)).code).toBe('AccessDenied')
  })
})

describe('a virtual-hosted address', () => {
  it('names the bucket in the host', async () => {
    const system = await start()
    const port = Number(new URL(system.target.endpoint).port)
    const signer = { ...system.signer, host: `uploads.localhost:${port}` }
    const put = await signHeader(signer, { method: 'PUT', path: '/a b', body: 'hello' })
    expect((await system.send(put)).status).toBe(200)
    expect(await system.read('a b')).toBe('hello')
    const form = await formRequest(signer, { bucket: 'uploads', key: 'form', path: '/' })
    const reply = await system.send(form)
    expect([reply.status, reply.headers.location]).toEqual([
      204,
      `http://uploads.localhost:${port}/form`,
    ])
  })

  it('may be below a domain of the options', async () => {
    const system = await start({ domains: ['s3.test'] })
    const signer = { ...system.signer, host: 'uploads.s3.test' }
    const list = await signHeader(signer, { method: 'GET', path: '/', query: { 'list-type': '2' } })
    const reply = await system.send(list)
    expect(reply.body.toString()).toContain('<Name>uploads</Name>')
  })
})

const openssl = spawnSync('openssl', ['version']).status === 0

describe.skipIf(!openssl)(openssl ? 'TLS' : 'TLS (skipped: `openssl` is not installed)', () => {
  it('serves with the given certificate', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'waybill-tls-'))
    const [keyFile, certFile] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
        ...['-keyout', keyFile, '-out', certFile, '-days', '1', '-subj', '/CN=localhost'],
        ...['-addext', 'subjectAltName=IP:127.0.0.1'],
      ],
      { stdio: 'ignore' },
    )
    const tls = { key: await readFile(keyFile), cert: await readFile(certFile) }
    const system = await start({ tls })
    expect(system.target.endpoint).toMatch(/^https:/)
    const raw = await system.signed({ query: { 'list-type': '2' } })
    const status = await new Promise((resolve, reject) => {
      const url = new URL(raw.path, system.target.endpoint)
      request(url, { ca: tls.cert, headers: raw.headers, agent: false }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
    })
    expect(status).toBe(200)
    await rm(dir, { recursive: true })
  })
})
