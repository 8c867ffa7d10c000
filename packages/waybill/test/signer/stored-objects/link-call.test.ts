import { startHungStorage } from '@waybill/test-support/hung-storage'
import { signerOf } from '@waybill/test-support/signer-storage'
import { CREDENTIALS, codeOf, signerFor } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import type { SignerEvent } from 'waybill'
import { createSigner, deriveReceiptKey } from 'waybill/signer'
import { createReceiptSeal } from '../../../src/seal/receipt.ts'
import { ADA, EVE, RULES, storeFiles } from './stored-files.ts'

describe('POST /link', () => {
  it("returns a link to the owner that works as long as the rule's signatures", async () => {
    const { upload, call, clock } = await storeFiles()
    const { receipt, versionId } = await upload({ text: 'the lease' })
    const { status, url, expiration } = await call('/link', { receipt })
    expect(status).toBe(200)
    expect(expiration).toBe(new Date(clock.now.getTime() + 300_000).toISOString())
    expect(url).toContain(`versionId=${versionId}`)
    const response = await fetch(url)
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="lease.txt"')
    expect(await response.text()).toBe('the lease')
  })

  it('displays harmless content if the page asks for it', async () => {
    const { upload, call } = await storeFiles()
    const { receipt } = await upload()
    const { url } = await call('/link', { receipt, disposition: 'inline' })
    expect((await fetch(url)).headers.get('content-disposition')).toMatch(/^inline; /)
  })

  it.each(['INLINE', 'inline; filename=x', '', null, 7, {}])(
    'rejects the disposition %j',
    async (disposition) => {
      const { upload, call } = await storeFiles()
      const { receipt } = await upload()
      expect(await call('/link', { receipt, disposition })).toMatchObject({
        ...{ status: 400, code: 'REQUEST_INVALID' },
      })
    },
  )

  it('is denied unless the rule allows it, even to the owner', async () => {
    const { upload, call } = await storeFiles()
    const { receipt } = await upload({ rule: 'closed' })
    expect(await call('/link', { receipt })).toMatchObject({
      ...{ status: 403, code: 'READ_NOT_ALLOWED' },
      error: { message: "rule 'closed' does not allow read" },
    })
  })

  it('is denied to another person, and to an unknown caller', async () => {
    const { upload, call } = await storeFiles()
    const { receipt } = await upload()
    expect(await call('/link', { receipt }, EVE)).toMatchObject({
      ...{ status: 403, code: 'RECEIPT_OWNER' },
    })
    expect(await call('/link', { receipt }, {})).toMatchObject({
      ...{ status: 401, code: 'UNAUTHENTICATED' },
    })
  })

  it('is denied for an unverified, a rejected and a deleted object', async () => {
    const { upload, call, judge, tag, ask } = await storeFiles({ pendingTag: true })
    const { receipt, key } = await upload()
    const link = () => call('/link', { receipt })
    expect(await link()).toMatchObject({ status: 409, code: 'OBJECT_NOT_VERIFIED' })
    await judge(key)
    expect(await link()).toMatchObject({ status: 200 })
    await tag(key, 'rejected')
    expect(await link()).toMatchObject({ status: 403, code: 'OBJECT_REJECTED' })
    await ask('DELETE', key)
    expect(await link()).toMatchObject({ status: 404, code: 'OBJECT_NOT_FOUND' })
  })

  it('is denied with a receipt that is forged, foreign, expired or missing', async () => {
    const { upload, call, forward } = await storeFiles()
    const { receipt } = await upload()
    const half = receipt.slice(0, receipt.length / 2)
    for (const wrong of [`${receipt}x`, half, '', undefined, null, 7, [receipt], { receipt }]) {
      expect(await call('/link', { receipt: wrong })).toMatchObject({ code: 'RECEIPT_INVALID' })
    }
    expect(await call('/link', { receipt: 'a'.repeat(16_385) })).toMatchObject({
      ...{ status: 400, code: 'RECEIPT_INVALID' },
    })
    const foreign = await receiptOfOtherBucket()
    expect(await call('/link', { receipt: foreign })).toMatchObject({ code: 'RECEIPT_INVALID' })
    forward(7.9)
    expect(await call('/link', { receipt })).toMatchObject({ status: 200 })
    forward(0.2)
    expect(await call('/link', { receipt })).toMatchObject({ status: 410, code: 'RECEIPT_EXPIRED' })
  })

  it('does not accept a waybill as a receipt', async () => {
    const { grant, call } = await storeFiles()
    const { waybill } = await grant()
    expect(await call('/link', { receipt: waybill })).toMatchObject({ code: 'RECEIPT_INVALID' })
    expect(await call('/link', { waybill })).toMatchObject({ code: 'RECEIPT_INVALID' })
  })

  it('is denied if the signer no longer has the rule', async () => {
    const { s3, upload } = await storeFiles()
    const { receipt } = await upload()
    const { document: _gone, ...rules } = RULES
    const response = await signerOf(s3, rules).handle(request({ receipt }))
    expect([response.status, codeOf(response)]).toEqual([404, 'RULE_UNKNOWN'])
  })
})

describe('POST /link under a public rule', () => {
  it("returns no link for an upload without an owner, unless the rule says 'receipt'", async () => {
    const { upload, call, forward } = await storeFiles()
    const { receipt: guest } = await upload({ rule: 'guest', headers: {} })
    const { receipt: open } = await upload({ rule: 'open', headers: {} })
    for (const caller of [{}, ADA]) {
      expect(await call('/link', { receipt: guest }, caller)).toMatchObject({
        ...{ status: 403, code: 'READ_NOT_ALLOWED' },
        error: { message: "rule 'guest' does not allow read to callers with a receipt alone" },
      })
      expect(await call('/link', { receipt: open }, caller)).toMatchObject({ status: 200 })
    }
    forward(1.1)
    expect(await call('/link', { receipt: open }, {})).toMatchObject({ code: 'RECEIPT_EXPIRED' })
  })

  it("returns a link for an owner's upload only to that owner", async () => {
    const { upload, call } = await storeFiles()
    for (const rule of ['guest', 'open'] as const) {
      const { receipt } = await upload({ rule })
      expect(await call('/link', { receipt })).toMatchObject({ status: 200 })
      for (const other of [EVE, {}]) {
        expect(await call('/link', { receipt }, other)).toMatchObject({ code: 'RECEIPT_OWNER' })
      }
    }
  })

  it("accepts 'receipt' only there: elsewhere a receipt alone permits nothing", () => {
    const types = ['text/plain']
    const rules = {
      a: { types, maxSize: 1, authorize: () => false as const, read: 'receipt' },
    } as const
    expect(() => createSigner({ ...OPTIONS, rules })).toThrow(
      "rules.a.read is 'receipt', which is for rules with public: true; expected true",
    )
    const wrong = { a: { types, maxSize: 1, public: true, remove: 'everybody' } } as const
    expect(() => createSigner({ ...OPTIONS, rules: wrong })).toThrow(
      'rules.a.remove is "everybody", expected true or false',
    )
  })
})

describe('POST /link, /remove and /verdict', () => {
  const signer = signerFor(RULES)
  const ORIGIN = 'https://app.example.com'

  it.each(['/link', '/remove', '/verdict'])(
    "answers POST and its origins' preflights: %s",
    async (path) => {
      const headers = { origin: ORIGIN, 'access-control-request-headers': 'content-type' }
      const preflight = await signer.handle({ method: 'OPTIONS', path, query: {}, headers })
      expect(preflight).toMatchObject({
        status: 204,
        headers: { 'access-control-allow-origin': ORIGIN },
      })
      const foreign = { ...headers, origin: 'https://evil.example.com' }
      const refused = await signer.handle({ method: 'OPTIONS', path, query: {}, headers: foreign })
      expect(refused.headers).not.toHaveProperty('access-control-allow-origin')
      for (const method of ['GET', 'DELETE', 'PUT', 'HEAD']) {
        const response = await signer.handle({ method, path, query: {}, headers })
        expect([response.status, codeOf(response)]).toEqual([405, 'METHOD_NOT_ALLOWED'])
        expect(response.headers['access-control-allow-origin']).toBe(ORIGIN)
      }
    },
  )

  it.each(['/link', '/remove', '/verdict'])(
    'rejects a form, which any page may post without a preflight: %s',
    async (path) => {
      const headers = { 'content-type': 'text/plain', ...ADA }
      const body = '{"receipt":"x"}'
      const response = await signer.handle({ method: 'POST', path, query: {}, headers, body })
      expect(codeOf(response)).toBe('REQUEST_INVALID')
    },
  )

  it.each(['/link', '/remove', '/verdict'])(
    'does not wait for a hanging storage: %s',
    async (path) => {
      const { s3, upload } = await storeFiles()
      const { receipt } = await upload()
      const storage = await startHungStorage()
      let time = Date.now()
      // Counted here: on a busy machine a request may be given up before the storage hears of it.
      let asked = 0
      const hung = signerFor(RULES, {
        endpoint: storage.endpoint,
        credentials: { ...CREDENTIALS, expiration: new Date(time + 3_600_000) },
        ...{ requestTimeoutMs: 20, maxAttempts: 99, bucket: 'uploads', region: s3.region },
        effects: { now: () => new Date(time) },
        fetch: (input, init) => {
          time += 4_000
          asked += 1
          return fetch(input, init)
        },
      })
      const response = await hung.handle(request({ receipt }, path))
      expect([response.status, codeOf(response)]).toEqual([503, 'STORAGE_UNAVAILABLE'])
      expect(response.headers['access-control-allow-origin']).toBe(ORIGIN)
      expect(asked).toBe(4)
    },
  )

  it.each(['/link', '/remove'])('reports the call without a receipt or URL: %s', async (path) => {
    const events: SignerEvent[] = []
    const { upload, call } = await storeFiles({ onEvent: (event) => events.push(event) })
    const { receipt, key, versionId } = await upload()
    events.length = 0
    await call(path as '/link', { receipt }, EVE)
    await call(path as '/link', { receipt })
    const common = { rule: 'document', owner: 'ada', key }
    const link = { versionId, size: 9, contentType: 'text/plain; charset=utf-8' }
    expect(events).toMatchObject([
      {
        ...{ type: 'refusal', call: path.slice(1), code: 'RECEIPT_OWNER', status: 403 },
        ...{ ...common, size: 9, contentType: 'text/plain', at: expect.any(Date) },
      },
      path === '/link'
        ? { type: 'link', ...common, ...link, expiration: expect.any(Date), at: expect.any(Date) }
        : { type: 'removal', ...common, versions: 1, at: expect.any(Date) },
    ])
    expect(JSON.stringify(events)).not.toMatch(/X-Amz-|http/)
    expect(JSON.stringify(events)).not.toContain(receipt)
  })

  it("reports a guest's link and removal without an owner", async () => {
    const events: SignerEvent[] = []
    const { upload, call } = await storeFiles({ onEvent: (event) => events.push(event) })
    const { receipt } = await upload({ rule: 'open', headers: {} })
    events.length = 0
    await call('/link', { receipt }, {})
    await call('/remove', { receipt }, {})
    expect(events.map(({ type }) => type)).toEqual(['link', 'removal'])
    for (const event of events) expect(event).not.toHaveProperty('owner')
  })
})

const OPTIONS = {
  ...{ bucket: 'uploads', region: 'eu-west-1', credentials: CREDENTIALS, allowedOrigins: [] },
  secret: 'test-seal-secret-0123456789abcdefghij',
}

function request(body: object, path = '/link') {
  const headers = {
    'content-type': 'application/json',
    origin: 'https://app.example.com',
    ...ADA,
  }
  return { method: 'POST', path, query: {}, headers, body: JSON.stringify(body) }
}

/** A receipt of the same secret, owner and rule, for an object of another bucket. */
async function receiptOfOtherBucket(): Promise<string> {
  const place = { ...OPTIONS, bucket: 'other' }
  const seal = createReceiptSeal([() => deriveReceiptKey(OPTIONS.secret)], place)
  return seal.seal({
    ...{ key: 'a.txt', size: 1, type: 'text/plain', etag: '"e"' },
    ...{ name: 'a.txt', path: 'a.txt', id: 'x', metadata: {}, owner: 'ada', rule: 'document' },
    lastModified: new Date(),
  })
}
