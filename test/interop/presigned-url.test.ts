/**
 * Presigned URLs and signed requests against stores that we did not write.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { type PresignUrlOptions, presignUrl } from 'waybill-s3'
import {
  answerOf,
  type Code,
  codeIn,
  describeStores,
  type ForeignBucket,
  keysIn,
  readBack,
  type StoreAnswer,
  send,
} from './foreign-bucket.ts'

const bytes = new Uint8Array(70_000).map((_, index) => index % 253)
const headers = {
  'content-length': String(bytes.length),
  'content-type': 'video/mp4',
  'x-amz-meta-waybill': 'sealed',
}

interface Sent {
  readonly sign?: Partial<PresignUrlOptions>
  /** Sent instead of what was signed. */
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array<ArrayBuffer>
  readonly url?: (url: string) => string
}

/** Signs a PUT, and sends what is given. */
async function put(place: ForeignBucket, key: string, sent: Sent = {}): Promise<StoreAnswer> {
  const signed = await presignUrl({ ...place, method: 'PUT', key, headers, ...sent.sign })
  // `fetch` sends the length of the body itself.
  const { 'content-length': _, ...signedHeaders } = signed.headers
  const response = await fetch(sent.url ? sent.url(signed.url) : signed.url, {
    method: sent.method ?? 'PUT',
    headers: { ...signedHeaders, ...sent.headers },
    body: sent.body ?? bytes,
  })
  return answerOf(response)
}

const spoilt = (url: string) => url.replace(/.$/, (last) => (last === '0' ? '1' : '0'))

const HOSTILE: Readonly<Record<string, readonly [code: Code, sent: Sent]>> = {
  'another method': ['SignatureDoesNotMatch', { method: 'POST' }],
  'another key': ['SignatureDoesNotMatch', { url: (url) => url.replace('/hostile', '/another') }],
  'another content type': ['SignatureDoesNotMatch', { headers: { 'content-type': 'text/html' } }],
  'other metadata': ['SignatureDoesNotMatch', { headers: { 'x-amz-meta-waybill': 'forged' } }],
  'one byte too many': ['SignatureDoesNotMatch', { body: new Uint8Array(bytes.length + 1) }],
  'one byte too few': ['SignatureDoesNotMatch', { body: new Uint8Array(bytes.length - 1) }],
  'one changed character of the signature': ['SignatureDoesNotMatch', { url: spoilt }],
  'a longer life than was signed': [
    'SignatureDoesNotMatch',
    { url: (url) => url.replace('X-Amz-Expires=3600', 'X-Amz-Expires=36000') },
  ],
  'an unknown access key': [
    // AWS says it as Ceph does.
    { radosgw: 'InvalidAccessKeyId', swift: 'SignatureDoesNotMatch' },
    { sign: { credentials: { accessKeyId: 'NOBODY', secretAccessKey: 'nothing' } } },
  ],
  'a signature that has expired': [
    'AccessDenied',
    { sign: { expiresInSeconds: 60, now: () => new Date(Date.now() - 61_000) } },
  ],
}

describeStores('a presigned URL', (place, itUnless) => {
  it('stores the signed object, with its type and metadata', async () => {
    const key = 'good/file name ü+&=.mp4'
    expect((await put(place, key)).status).toBe(200)
    const stored = await readBack(place, key)
    expect(stored.body.equals(bytes)).toBe(true)
    expect(stored.headers.get('content-type')).toBe('video/mp4')
    expect(stored.headers.get('x-amz-meta-waybill')).toBe('sealed')
  })

  it('reads a stored object, under the signed name', async () => {
    await put(place, 'read.mp4')
    const disposition = 'attachment; filename="a b.mp4"'
    const query = { 'response-content-disposition': disposition }
    const { url } = await presignUrl({ ...place, method: 'GET', key: 'read.mp4', query })
    const response = await fetch(url, { headers: { range: 'bytes=10-19' } })
    expect(response.status).toBe(206)
    expect(response.headers.get('content-disposition')).toBe(disposition)
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes.subarray(10, 20))).toBe(true)
  })

  it.each(Object.entries(HOSTILE))('is rejected with %s', async (name, [code, sent]) => {
    const key = `hostile/${name}.mp4`
    expect((await put(place, key, sent)).code).toBe(codeIn(place, code))
    const stored = await keysIn(place)
    expect(stored).not.toContain(key)
    expect(stored.some((other) => other.startsWith('another'))).toBe(false)
  })

  it('is rejected if its user may not write there', async () => {
    const answer = await put(place, 'foreign', { sign: { credentials: place.otherCredentials } })
    expect([answer.status, answer.code]).toEqual([403, 'AccessDenied'])
    expect(await keysIn(place)).not.toContain('foreign')
  })

  itUnless({ radosgw: 'takes x-amz headers that were not signed' })(
    'is refused with an x-amz header that was not signed',
    async () => {
      const answer = await put(place, 'extra', { headers: { 'x-amz-meta-more': 'of this' } })
      expect(answer.status).toBe(403)
      expect(await keysIn(place)).not.toContain('extra')
    },
  )

  itUnless({ radosgw: 'looks at no region' })('is refused for another region', async () => {
    const answer = await put(place, 'elsewhere', { sign: { region: 'eu-west-1' } })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(await keysIn(place)).not.toContain('elsewhere')
  })

  const early = 'takes URLs of tomorrow'
  itUnless({ radosgw: early, swift: early })('is refused before its time', async () => {
    const answer = await put(place, 'early', {
      sign: { now: () => new Date(Date.now() + 20 * 60_000) },
    })
    expect(answer.status).toBe(403)
    expect(await keysIn(place)).not.toContain('early')
  })

  itUnless({ swift: 'has no conditional PUT through S3' })(
    'stores nothing over an object when it was signed with If-None-Match: *',
    async () => {
      const sign = { headers: { ...headers, 'if-none-match': '*' } }
      expect((await put(place, 'once', { sign })).status).toBe(200)
      const again = await put(place, 'once', { sign, body: new Uint8Array(bytes.length) })
      expect([again.status, again.code]).toEqual([412, 'PreconditionFailed'])
      expect((await readBack(place, 'once')).body.equals(bytes)).toBe(true)
    },
  )

  itUnless({ radosgw: 'looks at no x-amz-checksum header' })(
    'is refused when the body has another SHA-256 than was signed',
    async () => {
      const sha256 = createHash('sha256').update(bytes).digest('base64')
      const sign = { headers: { ...headers, 'x-amz-checksum-sha256': sha256 } }
      expect((await put(place, 'right-checksum', { sign })).status).toBe(200)
      const answer = await put(place, 'checksum', { sign, body: new Uint8Array(bytes.length) })
      expect([answer.status, answer.code]).toEqual([400, 'BadDigest'])
      expect(await keysIn(place)).not.toContain('checksum')
    },
  )
})

describeStores('a request signed in its header', (place) => {
  it('reports a stored object, and a missing one', async () => {
    await put(place, 'head.mp4')
    const head = await send(place, { method: 'HEAD', key: 'head.mp4' })
    expect(head.headers.get('content-length')).toBe(String(bytes.length))
    const none = await send(place, { method: 'HEAD', key: 'nothing.mp4' })
    expect(none.status).toBe(404)
  })

  it('deletes an object, even if its key contains every awkward character', async () => {
    const key = 'a b/+&=?#%25\'()*!~:;,$@[]{}^`|\\"<>/ü日本🎬'
    await put(place, key)
    expect(await keysIn(place)).toContain(key)
    expect((await send(place, { method: 'DELETE', key })).status).toBe(204)
    expect(await keysIn(place)).not.toContain(key)
  })
})
