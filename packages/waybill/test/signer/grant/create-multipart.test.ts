/**
 * `POST B` with strategy `multipart`, over a real S3.
 *
 * @module
 */

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
  SMALL,
  sent,
  smallSignerOf,
} from '@waybill/test-support/film'
import {
  refusal,
  sendParts,
  signerOf,
  spoiledFetch,
  startStorage,
  uploadsUnderWay,
} from '@waybill/test-support/signer-storage'
import { createOne, post } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import type { PartWindowMessage } from 'waybill'

describe('create with strategy multipart', () => {
  it('answers the first window, whose parts S3 takes', async () => {
    const s3 = await startStorage()
    const grant = await begin(smallSignerOf(s3, RULES))
    expect(grant.parts).toMatchObject({ from: 1, count: Math.ceil(SIZE / grant.partSize) })
    await sendParts(grant, BYTES)
    expect(await uploadsUnderWay(s3)).toBe(1)
  })

  it('begins above the threshold and not at it', async () => {
    const signer = signerOf(await startStorage(), RULES)
    const at = await createOne(signer, { ...FILE, size: 16 * MIB, sha256: SHA256 })
    const above = await createOne(signer, { ...FILE, size: 16 * MIB + 1 })
    expect([at, above]).toMatchObject([{ strategy: 'post' }, { strategy: 'multipart' }])
  })

  it('sends a file of no bytes in one request, whatever the threshold', async () => {
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
    'divides %i bytes into %i parts, so that parallel connections end together',
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
  ])(
    'divides %i bytes into %i parts where the client has twelve connections',
    async (size, count) => {
      const signer = signerOf(await startStorage(), RULES)
      const grant = await begin(signer, { ...FILE, size, secondHost: true })
      expect(Math.ceil(size / grant.partSize)).toBe(count)
      expect(grant.partSize).toBeGreaterThanOrEqual(5 * MIB)
    },
  )

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
  ])('makes %s of %i bytes', async (_what, size, partSize) => {
    const signer = signerOf(await startStorage(), RULES, { multipartThreshold: '5 MiB' })
    expect(await begin(signer, { ...FILE, size })).toMatchObject({ partSize })
  })

  it('takes the part size that is asked for', async () => {
    const signer = signerOf(await startStorage(), RULES, SMALL)
    expect((await begin(signer)).partSize).toBe(5 * MIB)
  })

  it('declares the checksum of the whole object, which S3 then computes of each part and keeps', async () => {
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

  it.each([
    [501, 'NotImplemented'],
    [400, 'InvalidArgument'],
    [400, 'InvalidRequest'],
  ])('declares none where the store answers %i %s', async (status, code) => {
    const { fetch, calls, operations } = spoiledFetch(({ operation }, attempt) =>
      operation === 'CreateMultipartUpload' && attempt === 1 ? refusal(status, code) : undefined,
    )
    const signer = smallSignerOf(await startStorage(), RULES, { fetch })
    expect((await complete(signer, await sent(signer))).status).toBe(200)
    expect(operations().slice(0, 2)).toEqual(['CreateMultipartUpload', 'CreateMultipartUpload'])
    expect(calls[1]?.headers).not.toHaveProperty('x-amz-checksum-algorithm')
  })

  it('forgets the upload whose beginning was answered into the void', async () => {
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

  it('leaves the uploads of others alone, under a key that the application chose', async () => {
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

  it('begins again where it may not list uploads', async () => {
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
