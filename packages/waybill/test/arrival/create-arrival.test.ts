import { BUCKET, useLanding } from '@waybill/test-support/landing'
import { MP4, PNG } from '@waybill/test-support/samples'
import { describe, expect, it } from 'vitest'
import { type ArrivalOptions, createArrival } from 'waybill/arrival'
import { S3Error } from 'waybill-s3'

const landing = await useLanding()

const landed = async (bytes: Uint8Array) => (await landing.land(bytes)).object

/** An S3 that answers calls of one method so. */
function answering(method: string, status: number, code: string): Partial<ArrivalOptions> {
  const body = `<Error><Code>${code}</Code></Error>`
  const answer: typeof fetch = async (input, init) =>
    init?.method === method ? new Response(body, { status }) : fetch(input, init)
  return { fetch: answer }
}

describe('createArrival', () => {
  it('judges objects under its prefix', async () => {
    await landing.putObject('tenant-a/a.txt', { bytes: 'x' })
    const object = { bucket: BUCKET, key: 'tenant-a/a.txt' }
    const verdict = await landing.judge(object, { prefix: 'tenant-a/' })
    expect(verdict).toMatchObject({ reason: 'no-waybill' })
  })

  it('accepts the shortest and the longest scan timeout', () => {
    for (const scanTimeoutMs of [1, 2 ** 31 - 1]) {
      expect(() => createArrival({ ...landing.options, scanTimeoutMs })).not.toThrow()
    }
  })

  it('identifies an object by bucket, key and ETag, without a version in an unversioned bucket', async () => {
    const object = await landed(PNG)
    const { key, etag = '' } = object
    expect(etag).not.toBe('')
    expect(await landing.judge(object)).toStrictEqual({
      ...{ verdict: 'verified', id: `${BUCKET}/${key}#${etag}`, bucket: BUCKET, key, etag },
      ...{ size: PNG.length, type: 'image/png', rule: 'any', owner: 'user-7' },
    })
  })

  it('passes the remaining time to publish', async () => {
    const limits: unknown[] = []
    const publish: ArrivalOptions['publish'] = async (_verdict, limit) => {
      limits.push(limit?.remainingTimeMs?.())
    }
    const arrival = createArrival({ ...landing.options, publish })
    await arrival.judge(await landed(PNG), { remainingTimeMs: () => 60_000 })
    expect(limits).toEqual([60_000])
  })

  it('fails on an S3 error, unless the object has been replaced', async () => {
    const refused = landing.judge(await landed(PNG), answering('PUT', 403, 'AccessDenied'))
    await expect(refused).rejects.toMatchObject({ status: 403, code: 'AccessDenied' })
  })

  it("does not mistake the application's own S3 errors for a replacement", async () => {
    let calls = 0
    const publish: ArrivalOptions['publish'] = async () => {
      calls += 1
      throw new S3Error('NoSuchBucket', 'the bucket of the verdicts does not exist')
    }
    const object = await landed(PNG)
    const refused = createArrival({ ...landing.options, publish }).judge(object)
    await expect(refused).rejects.toMatchObject({ code: 'NoSuchBucket' })
    expect(calls).toBe(1)
    expect(await landing.tagsOf(object.key)).toMatchObject({ waybill: 'verified' })
  })

  it('fails if a rejected object cannot be deleted, unless it has been replaced', async () => {
    const denied = { ...answering('DELETE', 403, 'AccessDenied'), rejected: 'delete' } as const
    const refused = landing.judge(await landed(MP4), denied)
    await expect(refused).rejects.toMatchObject({ status: 403, code: 'AccessDenied' })
    const replaced = { ...answering('DELETE', 412, 'PreconditionFailed'), rejected: 'delete' }
    expect(
      await landing.judge(await landed(MP4), replaced as Partial<ArrivalOptions>),
    ).toMatchObject({ verdict: 'rejected', reason: 'content-differs' })
  })

  it("reports why a scan failed, and keeps the scanner's error", async () => {
    const cause = new Error('the scanner is away')
    const failed = landing.judge(await landed(PNG), { scan: () => Promise.reject(cause) })
    await expect(failed).rejects.toMatchObject({
      message: 'the scan failed: the scanner is away',
      cause,
    })
  })
})
