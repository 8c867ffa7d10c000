import { inspect } from 'node:util'
import { CREDENTIALS, get, post, SECRET } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import { AS_ANNA, FILE, grantOf, sendForm, setUp } from './listening.ts'

describe("a signer's onEvent", () => {
  it('receives no secret, signature, waybill, address, metadata or file name', async () => {
    const token = 'a-session-token-of-the-signer'
    const { events, signer, s3 } = await setUp({ multipartThreshold: '5 MiB' })
    const metadata = { note: 'between us' }
    const single = await grantOf(signer, { ...FILE, metadata })
    const large = await grantOf(signer, { ...FILE, size: 6_000_000, metadata })
    if (single.strategy !== 'post' || large.strategy !== 'multipart') throw new Error('strategy')
    await sendForm(single.presignedPost)
    const headers = { ...AS_ANNA, authorization: 'Bearer private', cookie: 'session=private' }
    await post(signer, '/complete', { waybill: single.waybill }, headers)
    const { waybill, uploadId } = large
    await post(signer, '/complete', { waybill, uploadId, crc64nvme: 'AAAAAAAAAAA=' }, headers)
    await post(
      signer,
      '',
      {
        files: [
          { ...FILE, size: -1 },
          { ...FILE, type: 'Bearer' },
        ],
      },
      headers,
    )
    await get(signer, { name: FILE.name, type: 'Bearer' }, headers)
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set(['grant', 'completion', 'refusal']),
    )
    const text = inspect(events, { depth: 20, showHidden: true, maxStringLength: null })
    const fields = Object.values(single.presignedPost.fields).filter(({ length }) => length > 30)
    for (const secret of [
      SECRET,
      CREDENTIALS.secretAccessKey,
      s3.credentials.secretAccessKey,
      token,
      single.waybill,
      large.waybill,
      large.uploadId,
      'between us',
      FILE.name,
      'private',
      'Bearer',
      'bearer',
      'http',
      s3.endpoint,
      ...fields.filter((field) => field !== single.key),
    ]) {
      expect(text).not.toContain(secret)
    }
  })
})
