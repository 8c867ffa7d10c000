/**
 * Foreign sites against `waybill dev`: its access key is printed in the manual, so they can sign for themselves.
 *
 * @module
 */

import { listObjects } from '@waybill/test-support/upload-form'
import { sharedDev, startDev, temporaryDirectory } from '@waybill/test-support/waybill-process'
import { describe, expect, it } from 'vitest'
import { presignPost, presignUrl, signRequest } from 'waybill-s3'

const running = sharedDev()

const BYTES = Buffer.from('private')
const KEYS = { accessKeyId: 'waybill-local', secretAccessKey: 'waybill-local-secret' }

const location = (endpoint: string) => ({
  bucket: 'uploads',
  region: 'us-east-1',
  endpoint,
  credentials: KEYS,
})

/** Stores an object as a program does, and has an own signature for it. */
async function store(key: string): Promise<string> {
  const bucket = location(running().s3Url)
  const { url, headers } = await signRequest({ ...bucket, method: 'PUT', key })
  const answer = await fetch(url, { method: 'PUT', headers, body: BYTES })
  expect(answer.status).toBe(200)
  return (await presignUrl({ ...bucket, method: 'GET', key })).url
}

function formOf(fields: Readonly<Record<string, string>>, bytes: Buffer<ArrayBuffer>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('file', new Blob([bytes]))
  return form
}

describe.each(['https://evil.example', 'null'])('a page from %s', (origin) => {
  it('cannot read anything with the well-known key', async () => {
    const url = await store('secret.txt')
    const list = {
      ...location(running().s3Url),
      method: 'GET',
      query: { 'list-type': '2' },
    } as const
    for (const each of [url, (await presignUrl(list)).url]) {
      const answer = await fetch(each, { headers: { origin } })
      expect(answer.status).toBe(403)
      expect(await answer.text()).not.toMatch(/private|secret\.txt<\/Key>/)
    }
  })

  it('cannot overwrite anything with it', async () => {
    const url = await store('mine.txt')
    const post = await presignPost({ ...location(running().s3Url), key: 'mine.txt' })
    const body = formOf(post.fields, Buffer.from('theirs'))
    const answer = await fetch(post.url, { method: 'POST', headers: { origin }, body })
    expect(answer.status).toBe(403)
    expect(await (await fetch(url)).text()).toBe('private')
  })
})

describe('a page from disk, or in a sandboxed frame on any site', () => {
  const headers = { origin: 'null', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' }

  it('gets no form, and cannot request uploads', async () => {
    const form = await fetch(running().signerUrl, { headers })
    expect(form.status).toBe(403)
    const preflight = { ...headers, 'access-control-request-method': 'POST' }
    const allowed = await fetch(running().signerUrl, { method: 'OPTIONS', headers: preflight })
    expect(allowed.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('can send what the signer has signed for it, with --null-origin', async () => {
    const dev = await startDev(await temporaryDirectory(), { args: ['--null-origin'] })
    expect(dev.stdout()).toContain('  With     pages from the origin null\n')
    const answer = await fetch(`${dev.signerUrl}?name=a.mp4&type=video/mp4&size=${BYTES.length}`, {
      headers,
    })
    expect(answer.headers.get('access-control-allow-origin')).toBe('null')
    const { presignedPost } = await answer.json()
    const body = formOf(presignedPost.fields, BYTES)
    const stored = await fetch(presignedPost.url, { method: 'POST', headers, body })
    expect(stored.status).toBe(204)
    expect(stored.headers.get('access-control-allow-origin')).toBe('null')
    const { objects } = await listObjects(dev.url)
    expect(objects.map(({ key }) => key)).toContain(presignedPost.fields.key)
  })
})

describe('a page with a local origin', () => {
  it('may use the printed key', async () => {
    const url = await store('shared.txt')
    const answer = await fetch(url, { headers: { origin: 'http://localhost:3000' } })
    expect(await answer.text()).toBe('private')
  })
})
