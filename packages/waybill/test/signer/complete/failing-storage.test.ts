import { refusal, signerOf, spoiledFetch, startStorage } from '@waybill/test-support/signer-storage'
import { codeOf, createPost, post } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import { FILE, RULE } from './picture.ts'

describe('a failing storage', () => {
  it('is tried four times, with growing and varying pauses', async () => {
    const waits: number[] = []
    const { fetch, operations } = spoiledFetch(() => refusal(503, 'SlowDown'))
    const signer = signerOf(
      await startStorage(),
      { image: RULE },
      {
        fetch,
        effects: {
          wait: async (ms) => void waits.push(ms),
          randomBytes: (n) => new Uint8Array(n).fill(128),
        },
      },
    )
    const { waybill } = await createPost(signer, FILE)
    const response = await post(signer, '/complete', { waybill })
    expect([response.status, codeOf(response)]).toEqual([503, 'STORAGE_UNAVAILABLE'])
    expect(operations()).toHaveLength(4)
    expect(waits).toEqual([50, 100, 200])
  })

  it('is reported to client and operator if it cannot be reached, with the reason for the operator', async () => {
    const told: unknown[] = []
    const storage = await startStorage()
    const signer = signerOf(
      storage,
      { image: RULE },
      {
        fetch: () => Promise.reject(Object.assign(new Error('no'), { code: 'ECONNREFUSED' })),
        onError: (error) => told.push(error),
      },
    )
    const { waybill } = await createPost(signer, FILE)
    const response = await post(signer, '/complete', { waybill })
    expect(codeOf(response)).toBe('STORAGE_UNAVAILABLE')
    const message = `HeadObject failed after 4 tries: ${storage.endpoint} did not respond (is it running? If it is, check the signer's endpoint option)`
    expect(JSON.parse(response.body).error.message).toBe(message)
    expect(response.body).not.toContain('ECONN')
    expect(told).toMatchObject([{ message, cause: { message: 'ECONNREFUSED' } }])
  })

  it.each([
    [403, 'AccessDenied'],
    [501, 'NotImplemented'],
  ])('is not retried if it answers %i, and the operator learns why', async (status, code) => {
    const errors: unknown[] = []
    const { fetch, operations } = spoiledFetch(
      () => new Response(null, { status, headers: { 'x-amz-request-id': 'r' } }),
    )
    const onError = (error: unknown) => errors.push(error)
    const signer = signerOf(await startStorage(), { image: RULE }, { fetch, onError })
    const { waybill } = await createPost(signer, FILE)
    const response = await post(signer, '/complete', { waybill })
    expect([response.status, codeOf(response)]).toEqual([403, 'STORAGE_REFUSED'])
    expect(operations()).toHaveLength(1)
    expect(errors).toMatchObject([{ name: 'S3Error', code }])
  })

  it('is retried with fresh credentials if a HEAD answers 400, which has no room for a code', async () => {
    const s3 = await startStorage()
    const { fetch, operations } = spoiledFetch((_, attempt) =>
      attempt === 1 ? new Response(null, { status: 400 }) : undefined,
    )
    let asked = 0
    const credentials = () => {
      asked += 1
      return s3.credentials
    }
    const signer = signerOf(s3, { image: RULE }, { fetch, credentials })
    const grant = await createPost(signer, FILE)
    asked = 0
    const response = await post(signer, '/complete', { waybill: grant.waybill })
    expect(codeOf(response)).toBe('OBJECT_NOT_FOUND')
    expect(operations()).toEqual(['HEAD object', 'HEAD object'])
    expect(asked).toBe(2)
  })

  it("is abandoned after a call's time limit", async () => {
    const never: typeof fetch = (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      })
    const limits = { fetch: never, requestTimeoutMs: 1, maxAttempts: 2 }
    const signer = signerOf(await startStorage(), { image: RULE }, limits)
    const { waybill } = await createPost(signer, FILE)
    expect(codeOf(await post(signer, '/complete', { waybill }))).toBe('STORAGE_UNAVAILABLE')
  })

  it('is not followed to another host', async () => {
    const { fetch, calls } = spoiledFetch(
      () => new Response(null, { status: 307, headers: { location: 'https://evil.example/' } }),
    )
    const s3 = await startStorage()
    const signer = signerOf(s3, { image: RULE }, { fetch })
    const { waybill } = await createPost(signer, FILE)
    expect(codeOf(await post(signer, '/complete', { waybill }))).toBe('STORAGE_UNAVAILABLE')
    expect(new Set(calls.map(({ url }) => url.host))).toEqual(new Set([new URL(s3.endpoint).host]))
  })
})
