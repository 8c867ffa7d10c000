/**
 * Uploads by one presigned PUT, over a real S3.
 *
 * @module
 */

import { askStorage, signerOf, startStorage } from '@waybill/test-support/signer-storage'
import { codeOf, createOne, post } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import type { PutGrant } from 'waybill'
import { FILE, RULE, TEXT, UNHASHED } from './picture.ts'

describe('strategy put', () => {
  const options = { singleRequest: 'put' } as const

  async function createPut(signer: ReturnType<typeof signerOf>, file: object): Promise<PutGrant> {
    const upload = await createOne(signer, file)
    if (!('strategy' in upload) || upload.strategy !== 'put') throw new Error('expected a put')
    return upload
  }

  const send = ({ url, headers }: PutGrant, body = TEXT, more: Record<string, string> = {}) =>
    fetch(url, { method: 'PUT', headers: { ...headers, ...more }, body: new Blob([body]) })

  it('stores, completes and compares once', async () => {
    const signer = signerOf(await startStorage(), { image: RULE }, options)
    const grant = await createPut(signer, FILE)
    expect((await send(grant)).status).toBe(200)
    const completed = await post(signer, '/complete', { waybill: grant.waybill })
    expect(JSON.parse(completed.body)).toMatchObject({ key: grant.key, verifiedBy: 'SHA256' })
    expect((await send(grant)).status).toBe(412)
  })

  it.each([
    ['a byte more', `${TEXT}!`, {}],
    ['a byte less', TEXT.slice(1), {}],
    ['other bytes', TEXT.toUpperCase(), {}],
    ['another type', TEXT, { 'content-type': 'text/html' }],
    ['another waybill', TEXT, { 'x-amz-meta-waybill': 'x' }],
    ['no condition', TEXT, { 'if-none-match': '"x"' }],
    ['an ACL', TEXT, { 'x-amz-acl': 'public-read' }],
  ])('signs a URL that does not accept %s', async (_, body, more) => {
    const s3 = await startStorage()
    const grant = await createPut(signerOf(s3, { image: RULE }, options), FILE)
    expect((await send(grant, body, more)).status).toBeGreaterThanOrEqual(400)
    expect((await askStorage(s3, 'HEAD', grant.key)).status).toBe(404)
  })

  it.each([{ 'content-encoding': 'gzip' }, { 'content-disposition': 'inline; filename=a.html' }])(
    'is incomplete with a header that was not signed: %o',
    async (more) => {
      const signer = signerOf(await startStorage(), { image: RULE }, options)
      const grant = await createPut(signer, UNHASHED)
      // S3 takes these with any presigned PUT.
      expect((await send(grant, TEXT, more)).status).toBe(200)
      const completed = await post(signer, '/complete', { waybill: grant.waybill })
      expect([completed.status, codeOf(completed)]).toEqual([409, 'OBJECT_MISMATCH'])
    },
  )

  it('pins the content if the store can always overwrite', async () => {
    const s3 = await startStorage()
    const signer = signerOf(s3, { image: RULE }, { ...options, conditionalWrites: false })
    const unhashed = await createOne(signer, UNHASHED)
    expect(unhashed).toMatchObject({ error: { code: 'CHECKSUM_REQUIRED' } })
    const grant = await createPut(signer, FILE)
    expect(grant.headers).not.toHaveProperty('if-none-match')
    // A replay stores the same bytes or nothing.
    expect((await send(grant)).status).toBe(200)
    expect((await send(grant)).status).toBe(200)
    expect((await send(grant, TEXT.toUpperCase())).status).toBe(400)
  })

  it('leaves the length to the client', async () => {
    const grant = await createPut(
      signerOf(await startStorage(), { image: RULE }, options),
      UNHASHED,
    )
    expect(Object.keys(grant.headers).sort()).toEqual([
      'content-type',
      'if-none-match',
      'x-amz-meta-waybill',
    ])
    expect(new URL(grant.url).searchParams.get('X-Amz-SignedHeaders')).toContain('content-length')
  })
})
