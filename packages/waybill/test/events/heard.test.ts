import { createHash } from 'node:crypto'
import {
  askStorage,
  bytesOf,
  sendParts,
  signerOf,
  startStorage,
} from '@waybill/test-support/signer-storage'
import { createPost, get, post } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import { type SignerEvent, UploadError } from 'waybill'
import { AS_ANNA, FILE, grantOf, RULES, sendForm, setUp, TEXT } from './listening.ts'

/** Files of one call are worked on side by side: their events come in any order. */
const codesOf = (events: readonly SignerEvent[]) =>
  events.map((event) => ('code' in event ? event.code : event.type)).toSorted()

describe("a signer's onEvent", () => {
  it('receives a grant and its completion', async () => {
    const now = new Date()
    const { events, signer } = await setUp({ effects: { now: () => now } })
    const grant = await grantOf(signer)
    if (grant.strategy !== 'post') throw new Error(grant.strategy)
    await sendForm(grant.presignedPost)
    const { status } = await post(signer, '/complete', { waybill: grant.waybill }, AS_ANNA)
    expect(status).toBe(200)
    const common = {
      at: now,
      rule: 'image',
      owner: 'anna',
      key: grant.key,
      size: TEXT.length,
      contentType: 'image/png',
    }
    expect(events).toMatchObject([
      { ...common, type: 'grant', call: 'create', strategy: 'post' },
      {
        ...common,
        type: 'completion',
        strategy: 'post',
        etag: `"${createHash('md5').update(TEXT).digest('hex')}"`,
        verifiedBy: 'SHA256',
        secondsSinceGrant: expect.any(Number),
      },
    ])
  })

  it("receives the completed object's version, and the time since its grant", async () => {
    let now = new Date()
    const { events, signer, s3 } = await setUp({ effects: { now: () => now } })
    const versioning = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
    const enabled = await askStorage(s3, 'PUT', undefined, { versioning: '' }, versioning)
    expect(enabled.status).toBe(200)
    const grant = await grantOf(signer)
    if (grant.strategy !== 'post') throw new Error(grant.strategy)
    await sendForm(grant.presignedPost)
    now = new Date(now.getTime() + 60_000)
    await post(signer, '/complete', { waybill: grant.waybill }, AS_ANNA)
    const head = await askStorage(s3, 'HEAD', grant.key)
    const completion = events.at(-1)
    expect(completion).toMatchObject({ versionId: head.headers.get('x-amz-version-id') })
    // The waybill counts whole seconds.
    expect(completion).toMatchObject({ secondsSinceGrant: expect.closeTo(60, -1) })
  })

  it('receives multipart uploads', async () => {
    const { events, signer } = await setUp({ multipartThreshold: '5 MiB' })
    const bytes = bytesOf(6_000_000)
    const grant = await grantOf(signer, { ...FILE, size: bytes.length })
    if (grant.strategy !== 'multipart') throw new Error(grant.strategy)
    await sendParts(grant, bytes)
    const { waybill, uploadId } = grant
    await post(signer, '/complete', { waybill, uploadId }, AS_ANNA)
    expect(events).toMatchObject([
      { type: 'grant', strategy: 'multipart', size: bytes.length },
      { type: 'completion', strategy: 'multipart', size: bytes.length, key: grant.key },
    ])
  })

  it('receives one completion, however often it is requested', async () => {
    const { events, signer } = await setUp()
    const grant = await grantOf(signer)
    if (grant.strategy !== 'post') throw new Error(grant.strategy)
    await sendForm(grant.presignedPost)
    const { waybill } = grant
    await Promise.all([1, 2].map(() => post(signer, '/complete', { waybill }, AS_ANNA)))
    await post(signer, '/complete', { waybill }, AS_ANNA)
    // Of a file with a SHA-256, this checksum is not compared.
    for (const crc64nvme of ['AAAAAAAAAAA=', 'AQAAAAAAAAA=']) {
      const { status } = await post(signer, '/complete', { waybill, crc64nvme }, AS_ANNA)
      expect(status).toBe(200)
    }
    expect(events.filter(({ type }) => type === 'completion')).toHaveLength(1)
  })

  it('receives forms, with the maximum size if none was signed', async () => {
    const { events, signer } = await setUp()
    await get(signer, {}, AS_ANNA)
    await get(signer, { size: '5' }, AS_ANNA)
    expect(events).toMatchObject([
      { type: 'grant', call: 'form', strategy: 'post', maxSize: 1024 ** 2, rule: 'image' },
      { type: 'grant', call: 'form', strategy: 'post', size: 5 },
    ])
    expect(events[0]).not.toHaveProperty('size')
    expect(events[1]).not.toHaveProperty('maxSize')
  })

  it("receives each rejected file, in addition to the call's other files", async () => {
    const { events, signer } = await setUp()
    const files = [FILE, { ...FILE, size: 2 ** 40 }, { ...FILE, type: 'Text/HTML; x=1' }, 7]
    await post(signer, '', { files }, AS_ANNA)
    const refusal = { type: 'refusal', call: 'create', rule: 'image', owner: 'anna' }
    expect(events).toHaveLength(4)
    expect(events).toEqual(
      expect.arrayContaining(
        [
          { type: 'grant' },
          { ...refusal, code: 'FILE_TOO_LARGE', status: 413, size: 2 ** 40 },
          { ...refusal, code: 'FILE_TYPE_NOT_ALLOWED', status: 415, contentType: 'text/html' },
          { ...refusal, code: 'REQUEST_INVALID', status: 400 },
        ].map((event) => expect.objectContaining(event)),
      ),
    )
  })

  it('receives each call rejected as a whole, with its upload', async () => {
    const { events, signer } = await setUp()
    const { waybill, key } = await grantOf(signer)
    events.length = 0
    const upload = { rule: 'image', owner: 'anna', key, size: TEXT.length, type: 'refusal' }
    await post(signer, '/complete', { waybill }, AS_ANNA)
    await post(signer, '/parts', { waybill, uploadId: 'x', from: 1, count: 1 }, AS_ANNA)
    await post(signer, '/list', { waybill }, { 'x-owner': 'ben' })
    await post(signer, '/abort', { waybill: 'made up' }, AS_ANNA)
    await get(signer)
    await get(signer, { rule: 'a secret rule' }, AS_ANNA)
    await post(signer, '', { rule: 'image', files: [FILE] })
    await post(signer, '/nope', {})
    expect(events).toMatchObject([
      { ...upload, call: 'complete', code: 'OBJECT_NOT_FOUND', status: 404 },
      { ...upload, call: 'parts', code: 'REQUEST_INVALID' },
      { ...upload, call: 'list', code: 'WAYBILL_NOT_YOURS', status: 403 },
      { type: 'refusal', call: 'abort', code: 'WAYBILL_INVALID' },
      { type: 'refusal', call: 'form', rule: 'image' },
      { type: 'refusal', call: 'form', code: 'RULE_UNKNOWN' },
      { type: 'refusal', call: 'create', rule: 'image' },
      { type: 'refusal', call: 'unknown', code: 'NOT_FOUND' },
    ])
    expect(JSON.stringify(events)).not.toContain('a secret rule')
  })

  it('receives no upload for a call without one, whatever its body contains', async () => {
    const { events, s3, signer: first } = await setUp()
    const { waybill } = await grantOf(first)
    events.length = 0
    const rules = { ...RULES, film: RULES.image }
    const signer = signerOf(s3, rules, { onEvent: (event) => events.push(event) })
    const body = JSON.stringify({ waybill, rule: 'image' })
    await post(signer, '/nope', body, AS_ANNA)
    await signer.handle({ method: 'GET', path: '/rules', query: {}, headers: {}, body })
    await post(signer, '', { rule: 'film', files: [] }, AS_ANNA)
    const refusal = { type: 'refusal', at: expect.any(Date) }
    expect(events).toMatchObject([
      { ...refusal, call: 'unknown', code: 'NOT_FOUND', status: 404 },
      { ...refusal, call: 'rules', code: 'UNAUTHENTICATED', status: 401 },
      { ...refusal, call: 'create', code: 'REQUEST_INVALID', status: 400, rule: 'film' },
    ])
  })

  it("receives each rejected upload, in addition to the call's other uploads", async () => {
    const { events, signer } = await setUp()
    const { waybill, key } = await grantOf(signer)
    await post(signer, '/complete', { uploads: [{ waybill }, { waybill: 'made up' }] }, AS_ANNA)
    expect(codesOf(events)).toEqual(['OBJECT_NOT_FOUND', 'WAYBILL_INVALID', 'grant'])
    const refused = events.find((event) => 'code' in event && event.code === 'OBJECT_NOT_FOUND')
    expect(refused).toMatchObject({ type: 'refusal', call: 'complete', rule: 'image', key })
  })

  it("receives the signer's own failures", async () => {
    const events: SignerEvent[] = []
    const failing = signerOf(
      await startStorage(),
      {
        image: {
          types: ['image/png'],
          maxSize: 100,
          authorize: () => {
            throw new UploadError('SIGNER_UNAVAILABLE', 'not now')
          },
        },
      },
      { onEvent: (event) => events.push(event) },
    )
    await createPost(failing).catch(() => undefined)
    expect(events).toMatchObject([{ type: 'refusal', code: 'SIGNER_UNAVAILABLE', status: 503 }])
  })
})
