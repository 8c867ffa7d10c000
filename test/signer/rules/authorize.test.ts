/**
 * Who may do what: `authorize` runs on every call, and a waybill serves its owner only.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import { type SignerRequest, UploadError, uploadRule } from 'waybill'
import {
  codeOf,
  createOne,
  FILE,
  get,
  NOW,
  post,
  signerFor,
  VIDEO_RULE,
} from '../../support/signing.ts'

/** Who calls stands in a header; nobody without one. */
const RULE = uploadRule({
  ...VIDEO_RULE,
  maxSize: '5 TiB',
  form: true,
  authorize: ({ headers }: SignerRequest) => {
    const owner = headers['x-user']
    if (owner === undefined) throw new UploadError('UNAUTHENTICATED', 'sign in first')
    return owner === 'banned' ? (false as const) : { owner }
  },
})

const signer = signerFor({ video: RULE })

const CALLS = [
  ['', { files: [FILE] }],
  ['/parts', { uploadId: 'x', from: 1, count: 1 }],
  ['/list', { uploadId: 'x' }],
  ['/complete', { uploadId: 'x' }],
  ['/abort', { uploadId: 'x' }],
] as const

async function waybillOf(user: string): Promise<string> {
  const upload = await createOne(signer, FILE, { 'x-user': user })
  if (!('waybill' in upload)) throw new Error(JSON.stringify(upload))
  return upload.waybill
}

describe('authorize', () => {
  it.each(CALLS)('runs on POST %s', async (path, body) => {
    const waybill = await waybillOf('alice')
    const nobody = await post(signer, path, { ...body, waybill })
    expect([nobody.status, codeOf(nobody)]).toEqual([401, 'UNAUTHENTICATED'])
    const banned = await post(signer, path, { ...body, waybill }, { 'x-user': 'banned' })
    expect([banned.status, codeOf(banned)]).toEqual([403, 'FORBIDDEN'])
  })

  it('runs on GET', async () => {
    expect((await get(signer)).status).toBe(401)
    expect((await get(signer, {}, { 'x-user': 'alice' })).status).toBe(200)
  })

  it.each(CALLS.slice(1))("refuses another owner's waybill on POST %s", async (path, body) => {
    const waybill = await waybillOf('bob')
    const response = await post(signer, path, { ...body, waybill }, { 'x-user': 'alice' })
    expect([response.status, codeOf(response)]).toEqual([403, 'WAYBILL_NOT_YOURS'])
  })

  it.each(CALLS.slice(1))('refuses a forged waybill on POST %s', async (path, body) => {
    const waybill = `${(await waybillOf('alice')).slice(0, -4)}AAAA`
    const response = await post(signer, path, { ...body, waybill }, { 'x-user': 'alice' })
    expect([response.status, codeOf(response)]).toEqual([400, 'WAYBILL_INVALID'])
  })

  it.each(CALLS.slice(1))('refuses an expired waybill on POST %s', async (path, body) => {
    const waybill = await waybillOf('alice')
    const later = signerFor({ video: RULE }, { now: () => new Date(NOW.getTime() + 604_800_000) })
    const response = await post(later, path, { ...body, waybill }, { 'x-user': 'alice' })
    expect([response.status, codeOf(response)]).toEqual([410, 'WAYBILL_EXPIRED'])
  })

  it.each([
    [undefined, 400],
    [7, 400],
    ['', 400],
    ['x'.repeat(1537), 400],
  ])('refuses the waybill %j', async (waybill, status) => {
    const response = await post(signer, '/complete', { waybill }, { 'x-user': 'alice' })
    expect([response.status, codeOf(response)]).toEqual([status, 'WAYBILL_INVALID'])
  })

  it('refuses an owned waybill where a rule has owners no more', async () => {
    const waybill = await waybillOf('alice')
    const open = signerFor({ video: { ...VIDEO_RULE, maxSize: '5 TiB' } })
    expect(codeOf(await post(open, '/complete', { waybill }))).toBe('WAYBILL_NOT_YOURS')
  })

  it('runs once for a hundred waybills of one call', async () => {
    let runs = 0
    const counting = signerFor({
      video: {
        ...VIDEO_RULE,
        authorize: () => {
          runs += 1
          return { owner: 'alice' }
        },
      },
    })
    const upload = await createOne(counting)
    const uploads = Array(100).fill({ waybill: 'waybill' in upload ? upload.waybill : '' })
    runs = 0
    await post(counting, '/complete', { uploads })
    expect(runs).toBe(1)
  })

  it('hands what it answers to the key', async () => {
    const ruled = signerFor({
      video: uploadRule({
        ...VIDEO_RULE,
        authorize: () => ({ owner: 'alice', tenant: 't1' }),
        key: ({ authorization, id }) => `${authorization.tenant}/${authorization.owner}/${id}`,
      }),
    })
    expect(await createOne(ruled)).toMatchObject({ key: expect.stringMatching(/^t1\/alice\//) })
  })

  it('is asked for under the rule that the waybill names, whatever the call says', async () => {
    const two = signerFor({ video: RULE, open: VIDEO_RULE })
    const created = await post(two, '', { rule: 'video', files: [FILE] }, { 'x-user': 'alice' })
    const { waybill } = JSON.parse(created.body).uploads[0]
    const response = await post(two, '/complete', { rule: 'open', waybill })
    expect(codeOf(response)).toBe('UNAUTHENTICATED')
  })

  it('must be told which rule is meant where there are several', async () => {
    const two = signerFor({ video: RULE, open: VIDEO_RULE })
    expect(codeOf(await post(two, '', { files: [FILE] }))).toBe('RULE_UNKNOWN')
  })
})
