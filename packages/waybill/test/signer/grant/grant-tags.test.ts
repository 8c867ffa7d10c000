/**
 * Objects come in with the tag that a lifecycle rule can find, whichever way they are sent.
 *
 * @module
 */

import { sha256Of } from '@waybill/test-support/sha256-of'
import {
  askStorage,
  bytesOf,
  sendFile,
  signerOf,
  startStorage,
} from '@waybill/test-support/signer-storage'
import {
  createOne,
  createPost,
  judgeForm,
  post,
  signerFor,
  VIDEO_RULE,
} from '@waybill/test-support/signing'
import type { StrictS3 } from 'strict-s3'
import { describe, expect, it } from 'vitest'
import type { UploadGrant, UploadRules } from 'waybill'

const RULES = { video: VIDEO_RULE }
const FIELD =
  '<Tagging><TagSet><Tag><Key>waybill</Key><Value>pending</Value></Tag></TagSet></Tagging>'
const TAG = '<Key>waybill</Key><Value>pending</Value>'
const MIB = 1024 ** 2

async function tagsOf(s3: StrictS3, key: string): Promise<string> {
  return (await askStorage(s3, 'GET', key, { tagging: '' })).text()
}

function isGrant(upload: object): upload is UploadGrant {
  return 'strategy' in upload
}

/** Uploads so many bytes as the grant says. @returns The key. */
async function upload(
  s3: StrictS3,
  options: object,
  size: number,
  rules: UploadRules = RULES,
): Promise<string> {
  const signer = signerOf(s3, rules, { pendingTag: true, ...options })
  const bytes = bytesOf(size)
  const sha256 = await sha256Of(bytes)
  const granted = await createOne(signer, { name: 'a.mp4', type: 'video/mp4', size, sha256 })
  if (!isGrant(granted)) throw new Error(JSON.stringify(granted))
  expect(await sendFile(granted, bytes)).toBeLessThan(300)
  if (granted.strategy === 'multipart') {
    const { waybill, uploadId } = granted
    expect((await post(signer, '/complete', { waybill, uploadId })).status).toBe(200)
  }
  return granted.key
}

const CLAIMED = { video: { ...VIDEO_RULE, claim: '2 days' } } as const
const DAY = 86_400

describe('claim', () => {
  it.each([
    ['a presigned POST', {}, 5, '2'],
    ['a presigned PUT', { singleRequest: 'put' }, 5, '2'],
    [
      'parts, whose age S3 counts from the first call',
      { multipartThreshold: 5 * MIB },
      6 * MIB,
      '5',
    ],
  ])('tags files sent by %s', async (_way, options, size, days) => {
    const s3 = await startStorage()
    const resumable = { waybillExpiresInSeconds: 2.5 * DAY }
    const rules = CLAIMED
    const key = await upload(s3, { ...options, ...resumable, pendingTag: false }, size, rules)
    const tags = await tagsOf(s3, key)
    expect(tags).toContain(`<Tag><Key>waybill-claim</Key><Value>${days}</Value></Tag>`)
    expect(tags).not.toContain('pending')
  })

  it('is added to the pending tag, and no client can leave it out', async () => {
    const { fields } = (await createPost(signerFor(CLAIMED, { pendingTag: true }))).presignedPost
    const claim = '<Tag><Key>waybill-claim</Key><Value>2</Value></Tag>'
    expect(fields.tagging).toBe(FIELD.replace('</TagSet>', `${claim}</TagSet>`))
    expect(() => judgeForm(fields)).not.toThrow()
    expect(() => judgeForm(fields, { tagging: FIELD })).toThrow('Policy Condition failed')
    expect(() => judgeForm(fields, { tagging: undefined })).toThrow('Policy Condition failed')
  })

  it.each(['0 days', '2', '2 weeks', '1.5 days', '366 days', '-1 days', ' 2 days'])(
    'is rejected as %j, because lifecycle rules count whole days',
    (claim) => {
      const rules = { video: { ...VIDEO_RULE, claim } }
      expect(() => signerFor(rules)).toThrow(`rules.video.claim is '${claim}', expected '1 day' to`)
    },
  )
})

describe('pendingTag', () => {
  it.each([
    ['a presigned POST', {}, 5],
    ['a presigned PUT', { singleRequest: 'put' }, 5],
    ['parts', { multipartThreshold: 5 * MIB }, 6 * MIB],
  ])('tags files sent by %s', async (_way, options, size) => {
    const s3 = await startStorage()
    expect(await tagsOf(s3, await upload(s3, options, size))).toContain(TAG)
  })

  it('is off by default', async () => {
    const s3 = await startStorage()
    const key = await upload(s3, { pendingTag: false }, 5)
    expect(await tagsOf(s3, key)).not.toContain('<Tag>')
  })

  it('pins the tag: a form with another tag, or none, does not satisfy its policy', async () => {
    const { presignedPost } = await createPost(signerFor(RULES, { pendingTag: true }))
    const { fields } = presignedPost
    expect(fields.tagging).toBe(FIELD)
    expect(() => judgeForm(fields)).not.toThrow()
    const verified = FIELD.replace('pending', 'verified')
    expect(() => judgeForm(fields, { tagging: verified })).toThrow('Policy Condition failed')
    expect(() => judgeForm(fields, { tagging: undefined })).toThrow('Policy Condition failed')
  })

  it("signs a PUT's header: S3 rejects another tag, or none", async () => {
    const s3 = await startStorage()
    const signer = signerOf(s3, RULES, { pendingTag: true, singleRequest: 'put' })
    const granted = await createOne(signer, { name: 'a.mp4', type: 'video/mp4', size: 5 })
    if (!isGrant(granted) || granted.strategy !== 'put') throw new Error(JSON.stringify(granted))
    const { 'x-amz-tagging': tagging, ...others } = granted.headers
    expect(tagging).toBe('waybill=pending')
    for (const headers of [others, { ...others, 'x-amz-tagging': 'waybill=verified' }]) {
      const refused = await fetch(granted.url, { method: 'PUT', headers, body: 'bytes' })
      expect(refused.status).toBe(403)
    }
  })
})
