import { get, signerFor } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import type { FormResponse, UploadRule } from 'waybill'
import { parsePolicy } from 'waybill-s3'

const VIDEO = { types: ['video/mp4', 'video/*'], maxSize: '50 GiB', public: true } as const

const MIB = 1024 ** 2

/** The sizes that S3 will let through. */
async function signedSizes(
  form: UploadRule['form'] & {},
  query: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const answer = await get(signerFor({ video: { ...VIDEO, form } }), query)
  const { presignedPost }: FormResponse = JSON.parse(answer.body)
  const { conditions } = parsePolicy(presignedPost.fields.Policy ?? '')
  return conditions.find((each) => Array.isArray(each) && each[0] === 'content-length-range')
}

describe('UploadRule.form', () => {
  it('limits a form whose client does not send a size', async () => {
    expect(await signedSizes('100 MiB')).toEqual(['content-length-range', 0, 100 * MIB])
  })

  it('does not apply if the client sends a size', async () => {
    const size = 200 * MIB
    expect(await signedSizes('100 MiB', { size: String(size) })).toEqual([
      'content-length-range',
      size,
      size,
    ])
  })

  it("allows at most S3's single-request limit if it gives no size", async () => {
    expect(await signedSizes(true)).toEqual(['content-length-range', 0, 5 * 1024 ** 3])
  })

  it("rejects clients that send a size over S3's single-request limit", async () => {
    const size = 5 * 1024 ** 3 + 1
    const answer = await get(signerFor({ video: { ...VIDEO, form: true } }), { size: String(size) })
    expect(JSON.parse(answer.body).error).toMatchObject({
      ...{ code: 'FILE_TOO_LARGE', details: { actual: size, allowed: size - 1 } },
      message: `file is ${size} bytes, a form takes at most ${size - 1}`,
    })
  })

  it("signs exactly S3's single-request limit", async () => {
    const size = 5 * 1024 ** 3
    expect(await signedSizes(true, { size: String(size) })).toEqual([
      'content-length-range',
      size,
      size,
    ])
  })

  it('is rejected if it exceeds maxSize', () => {
    expect(() => signerFor({ video: { ...VIDEO, form: '60 GiB' } })).toThrow(
      'rules.video.form is 64424509440 bytes, the rule allows 0 to 53687091200',
    )
  })
})
