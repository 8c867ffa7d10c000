import { codeOf, createPost, NOW, post, signerFor, VIDEO_RULE } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'

/** @returns What `onError` hears in a call to an S3 whose clock is ahead by so many seconds. */
async function toldWhenAhead(seconds: number): Promise<unknown[]> {
  const told: unknown[] = []
  const date = new Date(NOW.getTime() + seconds * 1000).toUTCString()
  const signer = signerFor(
    { video: VIDEO_RULE },
    {
      fetch: async () =>
        new Response(null, { status: 404, headers: { date, 'x-amz-request-id': 'r' } }),
      onError: (error) => told.push(error),
    },
  )
  const { waybill } = await createPost(signer)
  expect(codeOf(await post(signer, '/complete', { waybill }))).toBe('OBJECT_NOT_FOUND')
  return told
}

describe("the signer's clock", () => {
  it.each([
    [90, 'slow', 'early'],
    [-90, 'fast', 'late'],
  ])('is reported to the operator if S3 is %i s ahead', async (seconds, by, when) => {
    const message = `the signer's clock is 90 s ${by}, so its signatures expire too ${when}: correct the clock`
    expect(await toldWhenAhead(seconds)).toMatchObject([{ code: 'CLOCK_SKEWED', message }])
  })

  it('is not mentioned if it is right', async () => {
    expect(await toldWhenAhead(0)).toEqual([])
  })
})
