/**
 * `--host`: the servers from another device's point of view, over an address of this machine that
 * is not loopback.
 *
 * @module
 */

import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { text } from 'node:stream/consumers'
import { signedForm } from '@waybill/test-support/upload-form'
import {
  sharedDev,
  startDev,
  startProgram,
  temporaryDirectory,
} from '@waybill/test-support/waybill-process'
import { describe, expect, it } from 'vitest'

const ADDRESS = Object.values(networkInterfaces())
  .flat()
  .find((each) => each?.family === 'IPv4' && !each.internal)?.address

/** A GET to an address, under whatever Host. */
async function get(url: string, headers: Readonly<Record<string, string>>) {
  const sent = request(url, { headers }).end()
  const [response] = await once(sent, 'response')
  return { status: response.statusCode, body: await text(response) }
}

describe.skipIf(ADDRESS === undefined)('waybill dev --host', () => {
  const running = sharedDev(['--host'])

  it('prints its address, and who can reach what', () => {
    const { stdout, url, signerUrl, s3Url } = running()
    for (const each of [url, signerUrl, s3Url]) expect(new URL(each).hostname).toBe(ADDRESS)
    expect(stdout()).toContain('Open to the network')
  })

  it('offers no switch for a bad connection', async () => {
    expect((await get(`${running().url}/api/line`, {})).status).toBe(404)
  })

  it('lets a page on a phone upload', async () => {
    const { url, signerUrl } = running()
    const { origin } = new URL(url)
    const page = await fetch(url)
    const form = await signedForm(signerUrl, { name: 'a.mp4', type: 'video/mp4', size: '5' })
    const storage = new URL(form.url)
    expect(storage.hostname).toBe(ADDRESS)
    expect(page.headers.get('content-security-policy')).toContain(
      `connect-src 'self' ${storage.origin};`,
    )
    const body = new FormData()
    for (const [name, value] of Object.entries(form.fields)) body.append(name, value)
    body.append('file', new Blob(['bytes']))
    const stored = await fetch(form.url, { method: 'POST', headers: { origin }, body })
    expect(stored.status).toBe(204)
    expect(stored.headers.get('access-control-allow-origin')).toBe(origin)
    const preflight = await fetch(signerUrl, { method: 'OPTIONS', headers: { origin } })
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin)
  })

  it('still answers on localhost', async () => {
    const { port } = new URL(running().url)
    expect((await fetch(`http://localhost:${port}/api/destination`)).status).toBe(200)
  })

  it("refuses other sites' names that resolve to this machine", async () => {
    const { url, s3Url, signerUrl } = running()
    for (const each of [`${url}/`, `${url}/api/objects`, `${signerUrl}?name=a`, `${s3Url}/`]) {
      const { host } = new URL(each)
      expect((await get(each, { host: 'evil.example' })).status).toBe(403)
      expect((await get(each, { host })).body).not.toContain('The Host is')
    }
  })

  it("refuses other sites' pages", async () => {
    const { url, s3Url, signerUrl } = running()
    const headers = { origin: 'http://evil.example' }
    expect((await get(`${url}/api/objects`, headers)).status).toBe(403)
    expect((await get(`${s3Url}/uploads/a.mp4`, headers)).status).toBe(403)
    const answer = await fetch(signerUrl, { method: 'OPTIONS', headers })
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe.skipIf(ADDRESS === undefined)('without --host', () => {
  it('is unreachable from other devices', async () => {
    const { url, s3Url } = await startDev(await temporaryDirectory())
    for (const each of [url, s3Url]) {
      const socket = connect({ port: Number(new URL(each).port), host: ADDRESS ?? '' })
      const [error] = await once(socket, 'error')
      expect(error.code).toBe('ECONNREFUSED')
    }
  })
})

it('rejects an address that this machine does not have, and lists those it has', async () => {
  const started = startProgram('strict-s3', ['--host', '203.0.113.9'])
  expect(await started.exit).toBe(2)
  expect(started.stderr()).toContain("--host is '203.0.113.9', expected an address of this machine")
  if (ADDRESS) expect(started.stderr()).toContain(ADDRESS)
})
