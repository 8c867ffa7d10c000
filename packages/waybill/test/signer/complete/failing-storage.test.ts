import { signerOf, spoiledFetch, startStorage } from '@waybill/test-support/signer-storage'
import { codeOf, createPost, post } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import { FILE, RULE } from './picture.ts'

describe('a failing storage', () => {
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
