import {
  BYTES,
  begin,
  complete,
  crc64Of,
  FILE,
  MIB,
  RULES,
  SHA256,
  SIZE,
  sent,
  smallSignerOf,
  storedBytes,
} from '@waybill/test-support/film'
import {
  refusal,
  sendParts,
  signerOf,
  spoiledFetch,
  startStorage,
  uploadsUnderWay,
} from '@waybill/test-support/signer-storage'
import { codeOf, createOne, post } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import type { ListResponse, MultipartGrant, PartWindowMessage } from 'waybill'
import { partUrl } from 'waybill-s3'

describe('create with strategy multipart', () => {
  it('returns the first window, whose parts S3 accepts', async () => {
    const s3 = await startStorage()
    const grant = await begin(smallSignerOf(s3, RULES))
    expect(grant.parts).toMatchObject({ from: 1, count: Math.ceil(SIZE / grant.partSize) })
    await sendParts(grant, BYTES)
    expect(await uploadsUnderWay(s3)).toBe(1)
  })

  it('applies above the threshold and not at it', async () => {
    const signer = signerOf(await startStorage(), RULES)
    const at = await createOne(signer, { ...FILE, size: 16 * MIB, sha256: SHA256 })
    const above = await createOne(signer, { ...FILE, size: 16 * MIB + 1 })
    expect([at, above]).toMatchObject([{ strategy: 'post' }, { strategy: 'multipart' }])
  })

  it('sends an empty file in one request, whatever the threshold', async () => {
    const signer = signerOf(await startStorage(), RULES, { multipartThreshold: 0 })
    expect(await createOne(signer, { ...FILE, size: 0, sha256: SHA256 })).toMatchObject({
      strategy: 'post',
    })
  })

  it.each([
    [16 * MIB + 1, 3],
    [100 * MIB, 18],
    [1024 * MIB, 128],
    [4096 * MIB, 256],
  ])(
    'divides %i bytes into %i parts, so that parallel connections finish together',
    async (size, count) => {
      const grant = await begin(signerOf(await startStorage(), RULES), { ...FILE, size })
      expect(Math.ceil(size / grant.partSize)).toBe(count)
      expect(grant.partSize).toBeGreaterThanOrEqual(5 * MIB)
    },
  )

  it.each([
    [16 * MIB + 1, 4],
    [32 * MIB, 7],
    [60 * MIB - 1, 12],
    [60 * MIB, 12],
    [96 * MIB, 12],
    [96 * MIB + 1, 20],
    [120 * MIB, 24],
    [256 * MIB, 36],
    [1024 * MIB, 128],
  ])('divides %i bytes into %i parts if the client has twelve connections', async (size, count) => {
    const signer = signerOf(await startStorage(), RULES)
    const grant = await begin(signer, { ...FILE, size, secondHost: true })
    expect(Math.ceil(size / grant.partSize)).toBe(count)
    expect(grant.partSize).toBeGreaterThanOrEqual(5 * MIB)
  })

  it('divides 50 TB into at most 10,000 parts, and signs the last of them', async () => {
    const signer = signerOf(await startStorage(), RULES)
    const size = 50_000_000_000_000
    const { waybill, uploadId, partSize } = await begin(signer, { ...FILE, size })
    const partCount = Math.ceil(size / partSize)
    expect(partCount).toBeLessThanOrEqual(10_000)
    const body = { waybill, uploadId, from: partCount, count: 100 }
    const window: PartWindowMessage = JSON.parse((await post(signer, '/parts', body)).body)
    expect(window).toMatchObject({ from: partCount, count: 1 })
  })

  it.each([
    ['three parts', 20 * MIB, Math.ceil((20 * MIB) / 3)],
    ['three parts of 5 MiB', 15 * MIB, 5 * MIB],
    ['no part below 5 MiB, for the sake of a third', 15 * MIB - 3, 8 * MIB],
  ])('creates %s of %i bytes', async (_what, size, partSize) => {
    const signer = signerOf(await startStorage(), RULES, { multipartThreshold: '5 MiB' })
    expect(await begin(signer, { ...FILE, size })).toMatchObject({ partSize })
  })

  it("declares the whole object's checksum, which S3 then computes from the parts and keeps", async () => {
    const { fetch, calls } = spoiledFetch()
    const signer = smallSignerOf(await startStorage(), RULES, { fetch })
    const grant = await sent(signer)
    expect(calls[0]?.headers).toMatchObject({
      'x-amz-checksum-algorithm': 'CRC64NVME',
      'x-amz-checksum-type': 'FULL_OBJECT',
    })
    const { waybill, uploadId } = grant
    const listed = JSON.parse((await post(signer, '/list', { waybill, uploadId })).body)
    const first = await crc64Of(BYTES.subarray(0, grant.partSize))
    expect(listed.parts[0]).toMatchObject({ partNumber: 1, crc64nvme: first })
    const crc64nvme = await crc64Of(BYTES)
    const { body } = await complete(signer, grant, { crc64nvme })
    expect(JSON.parse(body)).toMatchObject({ verifiedBy: 'CRC64NVME' })
  })

  it('aborts an upload if the response that created it was lost', async () => {
    const s3 = await startStorage()
    const { fetch, operations } = spoiledFetch(({ operation }, attempt) =>
      operation === 'CreateMultipartUpload' && attempt === 1 ? 'lose' : undefined,
    )
    await begin(smallSignerOf(s3, RULES, { fetch }))
    expect(operations()).toEqual([
      'CreateMultipartUpload',
      'ListUploads',
      'Abort',
      'CreateMultipartUpload',
    ])
    expect(await uploadsUnderWay(s3)).toBe(1)
  })

  it("leaves others' uploads alone under a key that the application chose", async () => {
    const s3 = await startStorage()
    const rules = { video: { ...RULES.video, key: () => 'profile/film' } }
    const { fetch } = spoiledFetch(({ operation }, attempt) =>
      operation === 'CreateMultipartUpload' && attempt === 1 ? 'lose' : undefined,
    )
    const others = await begin(smallSignerOf(s3, rules))
    await begin(smallSignerOf(s3, rules, { fetch }))
    // Theirs, the one whose answer was lost, which a lifecycle rule ends, and the one that was
    // granted.
    expect(await uploadsUnderWay(s3)).toBe(3)
    await sendParts(others, BYTES)
  })

  it('creates another upload if it may not list uploads', async () => {
    const { fetch } = spoiledFetch(({ operation }, attempt) => {
      if (operation === 'ListUploads') return refusal(403, 'AccessDenied')
      return operation === 'CreateMultipartUpload' && attempt === 1 ? 'lose' : undefined
    })
    const errors: unknown[] = []
    const onError = (error: unknown) => errors.push(error)
    await begin(smallSignerOf(await startStorage(), RULES, { fetch, onError }))
    expect(errors).toMatchObject([{ code: 'AccessDenied' }])
  })
})

describe('parts', () => {
  it('signs URLs that expire with the credentials', async () => {
    const s3 = await startStorage()
    const expiration = new Date(Math.ceil(Date.now() / 1000) * 1000 + 60_000)
    const signer = smallSignerOf(s3, RULES, { credentials: { ...s3.credentials, expiration } })
    const grant = await begin(signer)
    expect(grant.parts.expiration).toBe(expiration.toISOString())
  })

  it("signs for the bucket's second host when asked to", async () => {
    const s3 = await startStorage()
    const signer = smallSignerOf(s3, RULES)
    const { waybill, uploadId, parts } = await begin(signer)
    const { origin, port } = new URL(parts.url)
    const ask = { waybill, uploadId, from: 1, count: 2 }
    const windowOf = async (more: object): Promise<PartWindowMessage> =>
      JSON.parse((await post(signer, '/parts', { ...ask, ...more })).body)
    const second = await windowOf({ secondHost: true })
    expect(new URL(second.url).origin).toBe(`http://localhost:${port}`)
    expect(second.secondHost).toBe(true)
    const first = await windowOf({})
    expect(new URL(first.url).origin).toBe(origin)
    expect(first).not.toHaveProperty('secondHost')
    // Its signatures are of that name alone.
    const body = new Uint8Array(5 * MIB)
    const send = async (url: string) => (await fetch(url, { method: 'PUT', body })).status
    expect(await send(partUrl(second, 1))).toBe(200)
    expect(await send(partUrl(second, 1).replace('localhost', '127.0.0.1'))).toBe(403)
  })

  it('signs for the only host if a store has no other', async () => {
    const s3 = await startStorage()
    const near = signerOf(s3, RULES)
    const { waybill, uploadId } = await begin(near, { ...FILE, size: 20 * MIB })
    const far = signerOf({ ...s3, endpoint: 'https://s3.example.com' }, RULES)
    const ask = { waybill, uploadId, from: 1, count: 1, secondHost: true }
    const { body } = await post(far, '/parts', ask)
    const window: PartWindowMessage = JSON.parse(body)
    expect(new URL(window.url).host).toBe('s3.example.com')
    expect(window).not.toHaveProperty('secondHost')
  })

  it.each([false, 1, 'https://s3.example', null])(
    'accepts no %j for a second host',
    async (given) => {
      const signer = smallSignerOf(await startStorage(), RULES)
      const { waybill, uploadId } = await begin(signer)
      const ask = { waybill, uploadId, from: 1, count: 1, secondHost: given }
      const response = await post(signer, '/parts', ask)
      expect([response.status, codeOf(response)]).toEqual([400, 'REQUEST_INVALID'])
    },
  )

  it.each([0, -1, 1.5, 3, 10_001, '1', null])('refuses to sign from part %j', async (from) => {
    const signer = smallSignerOf(await startStorage(), RULES)
    const { waybill, uploadId } = await begin(signer)
    const response = await post(signer, '/parts', {
      waybill,
      uploadId,
      from,
      count: 1,
    })
    expect([response.status, codeOf(response)]).toEqual([400, 'PART_NUMBER_INVALID'])
  })

  it('reports the number of parts to a client that requests one too many', async () => {
    const signer = smallSignerOf(await startStorage(), RULES)
    const { waybill, uploadId } = await begin(signer)
    const { body } = await post(signer, '/parts', { waybill, uploadId, from: 3, count: 1 })
    expect(JSON.parse(body).error.message).toBe('from is 3, the upload has 2 parts')
  })

  it('rejects a waybill for another strategy', async () => {
    const signer = smallSignerOf(await startStorage(), RULES)
    const { waybill } = (await createOne(signer, {
      ...FILE,
      size: 1,
      sha256: SHA256,
    })) as MultipartGrant
    const response = await post(signer, '/parts', { waybill, uploadId: 'x', from: 1, count: 1 })
    expect(JSON.parse(response.body).error).toMatchObject({
      ...{ code: 'REQUEST_INVALID', message: "waybill is of strategy 'post', it has no parts" },
    })
  })

  it("completes nothing without the upload's id", async () => {
    const signer = smallSignerOf(await startStorage(), RULES)
    const { waybill } = await begin(signer)
    const { body } = await post(signer, '/complete', { uploads: [{ waybill }] })
    expect(JSON.parse(body).uploads).toMatchObject([
      { error: { code: 'REQUEST_INVALID', message: 'uploadId is missing' } },
    ])
  })
})

describe('list', () => {
  it("returns S3's parts, with sizes and ETags", async () => {
    const signer = smallSignerOf(await startStorage(), RULES)
    const grant = await begin(signer)
    await sendParts(grant, BYTES, [1])
    const { waybill, uploadId, partSize } = grant
    const { parts }: ListResponse = JSON.parse(
      (await post(signer, '/list', { waybill, uploadId })).body,
    )
    expect(parts).toMatchObject([
      { partNumber: 1, size: partSize, etag: expect.stringMatching(/^"[0-9a-f]{32}"$/) },
    ])
  })

  it('does not find an aborted upload', async () => {
    const signer = smallSignerOf(await startStorage(), RULES)
    const { waybill, uploadId } = await begin(signer)
    expect((await post(signer, '/abort', { waybill, uploadId })).status).toBe(204)
    const response = await post(signer, '/list', { waybill, uploadId })
    expect([response.status, codeOf(response)]).toEqual([404, 'UPLOAD_NOT_FOUND'])
  })
})

describe('abort', () => {
  it('deletes the parts, and can be called again', async () => {
    const s3 = await startStorage()
    const signer = smallSignerOf(s3, RULES)
    const { waybill, uploadId } = await begin(signer)
    for (const _ of [1, 2]) {
      const response = await post(signer, '/abort', { waybill, uploadId })
      expect(response).toMatchObject({ status: 204, body: '' })
    }
    expect(await uploadsUnderWay(s3)).toBe(0)
  })

  it('leaves a completed object alone', async () => {
    const s3 = await startStorage()
    const signer = smallSignerOf(s3, RULES)
    const grant = await sent(signer)
    await complete(signer, grant)
    const { waybill, uploadId, key } = grant
    expect((await post(signer, '/abort', { waybill, uploadId })).status).toBe(204)
    expect(Buffer.compare(await storedBytes(s3, key), BYTES)).toBe(0)
  })

  it('does nothing for an upload in one request', async () => {
    const signer = smallSignerOf(await startStorage(), RULES)
    const { waybill } = (await createOne(signer, {
      ...FILE,
      size: 1,
      sha256: SHA256,
    })) as MultipartGrant
    expect((await post(signer, '/abort', { waybill })).status).toBe(204)
  })
})
