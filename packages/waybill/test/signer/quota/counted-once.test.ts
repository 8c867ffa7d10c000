import {
  signerOf,
  spoiledFetch,
  startStorage,
  uploadsUnderWay,
} from '@waybill/test-support/signer-storage'
import { createOne, FILE, post } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import { UploadError, type UploadRules } from 'waybill'
import { memoryQuotas } from 'waybill/signer'
import { counting, create, EXCEEDED, MIB, MINE, RULES, times } from './counting.ts'

describe('a counted grant that fails', () => {
  const LARGE = { ...FILE, size: 20 * MIB, sha256: undefined, nonce: '0123456789abcdef' }

  it('is given back, whether storage or the application failed', async () => {
    const s3 = await startStorage()
    const { fetch } = spoiledFetch((_call, attempt) =>
      attempt <= 4 ? new Response('', { status: 503 }) : undefined,
    )
    const signer = signerOf<UploadRules>(s3, RULES, { fetch, quotas: memoryQuotas() })
    expect((await create(signer, [LARGE])).codes).toEqual(['STORAGE_UNAVAILABLE'])
    const after = await create(signer, times(4, FILE))
    expect(after.codes).toEqual([...times(3, 'granted'), EXCEEDED])
  })

  it("is given back once, without affecting others' grants", async () => {
    const fails = { on: false }
    const key = ({ id }: { id: string }) => {
      if (fails.on) throw new UploadError('FORBIDDEN', 'not now')
      return id
    }
    const signer = counting({ video: { ...RULES.video, key } })
    await create(signer, [FILE])
    fails.on = true
    expect((await create(signer, times(2, FILE))).codes).toEqual(times(2, 'FORBIDDEN'))
    fails.on = false
    expect((await create(signer, times(3, FILE))).codes).toEqual(['granted', 'granted', EXCEEDED])
  })

  it('stays counted if it cannot be given back, and the caller gets the original error', async () => {
    const errors: unknown[] = []
    const quotas = {
      ...memoryQuotas(),
      giveBack: () => Promise.reject(new Error('table is away')),
    }
    const key = () => {
      throw new UploadError('FORBIDDEN', 'not now')
    }
    const onError = (error: unknown) => errors.push(error)
    const signer = counting({ video: { ...RULES.video, key } }, { quotas, onError })
    expect((await create(signer, times(4, FILE))).codes).toEqual([
      ...times(3, 'FORBIDDEN'),
      EXCEEDED,
    ])
    expect(errors).toHaveLength(3)
    expect(errors[0]).toMatchObject({ message: 'quotas.giveBack failed: table is away' })
  })

  it('is not given back by an abort, because its signatures still work', async () => {
    const s3 = await startStorage()
    const quotas = memoryQuotas()
    const signer = signerOf<UploadRules>(s3, RULES, { quotas })
    for (let count = 0; count < 3; count += 1) {
      const grant = await createOne(signer, { ...LARGE, nonce: undefined })
      if (!('uploadId' in grant)) throw new Error(JSON.stringify(grant))
      const { waybill, uploadId } = grant
      expect((await post(signer, '/abort', { waybill, uploadId })).status).toBe(204)
    }
    expect(await uploadsUnderWay(s3)).toBe(0)
    expect((await create(signer, [LARGE])).codes).toEqual([EXCEEDED])
  })
})

describe("a counted upload's further calls", () => {
  it('are not counted again: a repeated create, parts, list', async () => {
    const s3 = await startStorage()
    const signer = signerOf<UploadRules>(
      s3,
      { video: { ...MINE, quota: { files: 1, every: 'day' } } },
      { quotas: memoryQuotas() },
    )
    const large = { ...FILE, size: 20 * MIB, sha256: undefined, nonce: '0123456789abcdef' }
    const grant = await createOne(signer, large)
    expect(await createOne(signer, large)).toEqual(grant)
    if (!('uploadId' in grant)) throw new Error(JSON.stringify(grant))
    const { waybill, uploadId } = grant
    expect((await post(signer, '/parts', { waybill, uploadId, from: 1, count: 3 })).status).toBe(
      200,
    )
    expect((await post(signer, '/list', { waybill, uploadId })).status).toBe(200)
    expect(await createOne(signer, { ...large, nonce: 'another-nonce-0123' })).toMatchObject({
      error: { code: EXCEEDED },
    })
  })
})
