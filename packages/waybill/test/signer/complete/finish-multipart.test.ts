/**
 * `POST B/complete` with strategy `multipart`, over a real S3 whose answers sometimes get lost.
 *
 * @module
 */

import {
  BYTES,
  begin,
  complete,
  crc64Of,
  FILE,
  LONGER,
  RULES,
  SIZE,
  sent,
  smallSignerOf,
  storedBytes,
} from '@waybill/test-support/film'
import {
  askStorage,
  refusal,
  sendParts,
  spoiledFetch,
  startStorage,
} from '@waybill/test-support/signer-storage'
import { codeOf } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import type { CompletedUpload } from 'waybill'

describe('complete with strategy multipart', () => {
  it("creates the object, compares its CRC64NVME with the client's, and calls the rule", async () => {
    const s3 = await startStorage()
    const told: CompletedUpload<object>[] = []
    const signer = smallSignerOf(s3, {
      video: {
        ...RULES.video,
        onComplete: (upload) => {
          told.push(upload)
          return { id: 7 }
        },
      },
    })
    const grant = await begin(signer, { ...FILE, metadata: { album: 'Ferien 🏖' } })
    await sendParts(grant, BYTES)
    const crc64nvme = await crc64Of(BYTES)
    const response = await complete(signer, grant, { crc64nvme })
    expect(JSON.parse(response.body)).toEqual({
      key: grant.key,
      size: SIZE,
      etag: expect.stringMatching(/^"[0-9a-f]{32}-\d+"$/),
      checksum: { algorithm: 'CRC64NVME', value: crc64nvme },
      verifiedBy: 'CRC64NVME',
      receipt: expect.stringMatching(/^[\w-]+\.\.[\w.-]+$/),
      result: { id: 7 },
    })
    expect(told).toMatchObject([
      {
        bucket: 'uploads',
        key: grant.key,
        size: SIZE,
        type: 'video/mp4',
        metadata: { album: 'Ferien 🏖' },
      },
    ])
    expect(Buffer.compare(await storedBytes(s3, grant.key), BYTES)).toBe(0)
  })

  it('does not delete an object that was completed earlier, whatever checksum comes later', async () => {
    const s3 = await startStorage()
    const signer = smallSignerOf(s3, RULES)
    const grant = await sent(signer)
    await complete(signer, grant, { crc64nvme: await crc64Of(BYTES) })
    const again = await complete(signer, grant, { crc64nvme: 'AAAAAAAAAAA=' })
    expect(codeOf(again)).toBe('CHECKSUM_MISMATCH')
    expect((await askStorage(s3, 'HEAD', grant.key)).status).toBe(200)
  })

  it('still creates no such object if the response to its completion was lost', async () => {
    const s3 = await startStorage()
    const { fetch } = spoiledFetch(({ operation }, attempt) =>
      operation === 'Complete' && attempt === 1 ? 'lose' : undefined,
    )
    const signer = smallSignerOf(s3, RULES, { fetch })
    const grant = await sent(signer)
    const response = await complete(signer, grant, { crc64nvme: 'AAAAAAAAAAA=' })
    expect(codeOf(response)).toBe('CHECKSUM_MISMATCH')
    expect((await askStorage(s3, 'HEAD', grant.key)).status).toBe(404)
  })

  it.each([
    ['a page', '<!doctype html><html></html>'],
    ['nothing', ''],
    ['another document', '<html><body/></html>'],
  ])("finds the object if it receives %s instead of S3's response", async (_what, page) => {
    const s3 = await startStorage()
    const { fetch: lossy } = spoiledFetch(({ operation }, attempt) =>
      operation === 'Complete' && attempt === 1 ? 'lose' : undefined,
    )
    const foreign = () => new Response(page)
    const fetch: typeof globalThis.fetch = (...call) => lossy(...call).catch(foreign)
    const signer = smallSignerOf(s3, RULES, { fetch })
    expect((await complete(signer, await sent(signer))).status).toBe(200)
  })

  it('returns the same a second time, also from another instance, and calls the rule once for each', async () => {
    const s3 = await startStorage()
    const told: string[] = []
    const rules = {
      video: { ...RULES.video, onComplete: ({ key }: { key: string }) => void told.push(key) },
    }
    const [signer, other] = [smallSignerOf(s3, rules), smallSignerOf(s3, rules)]
    const grant = await sent(signer)
    const first = await complete(signer, grant)
    expect(await complete(signer, grant)).toEqual(first)
    expect(told).toHaveLength(1)
    const again = await complete(other, grant)
    // Each instance seals a receipt of its own.
    const { receipt: _first, ...answer } = JSON.parse(first.body)
    expect(JSON.parse(again.body)).toEqual({ ...answer, receipt: expect.any(String) })
    expect(told).toHaveLength(2)
  })

  it('completes the upload once if it is called twice concurrently', async () => {
    const s3 = await startStorage()
    const { fetch, operations } = spoiledFetch()
    const signer = smallSignerOf(s3, RULES, { fetch })
    const grant = await sent(signer)
    const [a, b] = await Promise.all([complete(signer, grant), complete(signer, grant)])
    expect(a.status).toBe(200)
    expect(a).toEqual(b)
    expect(operations().filter((operation) => operation === 'Complete')).toHaveLength(1)
  })

  it('completes once if two instances are called concurrently', async () => {
    const s3 = await startStorage()
    const [signer, other] = [smallSignerOf(s3, RULES), smallSignerOf(s3, RULES)]
    const grant = await sent(signer)
    const answers = await Promise.all([complete(signer, grant), complete(other, grant)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  })

  it.each([
    ['a part is missing', [1, 3]],
    ['the last part is missing', [1, 2]],
    ['no part is there', []],
  ])('is refused while %s, and works later', async (_, numbers) => {
    const signer = smallSignerOf(await startStorage(), RULES)
    const grant = await begin(signer, { ...FILE, size: LONGER.length })
    await sendParts(grant, LONGER, numbers)
    const response = await complete(signer, grant)
    expect([response.status, codeOf(response)]).toEqual([409, 'UPLOAD_INCOMPLETE'])
    await sendParts(grant, LONGER)
    expect((await complete(signer, grant)).status).toBe(200)
  })

  it('does not overwrite an object that has appeared under the key', async () => {
    const s3 = await startStorage()
    const signer = smallSignerOf(s3, RULES)
    const grant = await sent(signer)
    await askStorage(s3, 'PUT', grant.key, {}, 'something else')
    const response = await complete(signer, grant)
    expect([response.status, codeOf(response)]).toEqual([409, 'OBJECT_EXISTS'])
    expect(await (await askStorage(s3, 'GET', grant.key)).text()).toBe('something else')
  })

  it('reports a wrong clock to its caller and in its log', async () => {
    const { fetch } = spoiledFetch(({ operation }) =>
      operation === 'Complete' ? refusal(403, 'RequestTimeTooSkewed') : undefined,
    )
    const logged: unknown[] = []
    const onError = (error: unknown) => void logged.push(error)
    const signer = smallSignerOf(await startStorage(), RULES, { fetch, onError })
    const response = await complete(signer, await sent(signer))
    expect([response.status, codeOf(response)]).toEqual([403, 'CLOCK_SKEWED'])
    expect(String(logged)).toContain("set the signer's clock")
  })

  it('reports that a part was replaced in the meantime', async () => {
    const { fetch } = spoiledFetch(({ operation }) =>
      operation === 'Complete' ? refusal(200, 'InvalidPart') : undefined,
    )
    const signer = smallSignerOf(await startStorage(), RULES, { fetch })
    expect(codeOf(await complete(signer, await sent(signer)))).toBe('UPLOAD_INCOMPLETE')
  })
})
