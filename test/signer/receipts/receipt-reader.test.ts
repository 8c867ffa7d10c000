/**
 * What the reader of a receipt must say, and what it can ask S3.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import { readReceipt } from 'waybill/signer'
import { SECRET } from '../../support/signing.ts'
import { askStorage, signerOf, spoiledFetch, startStorage } from '../complete/storage.ts'
import { code, RULES, setUp, upload } from './completed.ts'

describe('the reader of receipts', () => {
  it.each([
    [undefined, 'undefined'],
    ['', 'empty'],
    [7, 'number'],
  ])('must name an owner: %j', async (owner, named) => {
    const { signer } = await setUp()
    const { answer } = await upload(signer)
    const wrong = { owner } as { owner: string }
    await expect(signer.readReceipt(answer.receipt, wrong)).rejects.toThrow(
      `owner is ${named}, expected a text, or null for receipts of public rules`,
    )
  })

  it.each([Number.NaN, 0, -1])('must allow some age: %j', async (maxAgeSeconds) => {
    const { signer } = await setUp()
    await expect(signer.readReceipt('x', { owner: 'ada', maxAgeSeconds })).rejects.toThrow(
      `maxAgeSeconds is ${maxAgeSeconds}`,
    )
  })

  it.each([
    [undefined, 'keys is missing'],
    [[], 'keys is missing'],
    [SECRET, `a key is ${SECRET.length} characters`],
    ['', 'a key is 0 characters'],
    [[7], 'a key is number'],
    // A list whose text would be that of a key.
    [[['A'.repeat(43)]], 'a key is object'],
  ])('must have a key, not %j, and never shows it', async (keys, message) => {
    const reader = { keys: keys as string, bucket: 'uploads' }
    const reading = readReceipt(reader, 'x', { owner: 'ada' })
    await expect(reading).rejects.toThrow(message)
    await expect(reading).rejects.not.toThrow(SECRET)
  })

  it('can ask S3 whether the very version is still there', async () => {
    const { s3, signer } = await setUp()
    const { answer } = await upload(signer)
    const receipt = await signer.readReceipt(answer.receipt, { owner: 'ada' })
    await askStorage(s3, 'PUT', answer.key, {}, 'something else')
    await receipt.confirm()
    await askStorage(s3, 'DELETE', answer.key)
    await receipt.confirm()
    await askStorage(s3, 'DELETE', answer.key, { versionId: answer.versionId })
    const gone = receipt.confirm()
    await expect(gone).rejects.toEqual(code('OBJECT_NOT_FOUND'))
    await expect(gone).rejects.toThrow('the object of this receipt is gone')
  })

  it('learns that another object took the key, in a bucket without versions', async () => {
    const s3 = await startStorage()
    const signer = signerOf(s3, RULES)
    const { answer } = await upload(signer)
    const receipt = await signer.readReceipt(answer.receipt, { owner: 'ada' })
    expect(receipt.versionId).toBeUndefined()
    await receipt.confirm()
    await askStorage(s3, 'PUT', answer.key, {}, 'something else')
    const taken = receipt.confirm()
    await expect(taken).rejects.toEqual(code('OBJECT_MISMATCH'))
    await expect(taken).rejects.toThrow('another object has the key of this receipt now')
  })

  it('tells another object by its ETag alone, and by its size alone', async () => {
    const head: { etag?: string; size?: number } = {}
    const { fetch } = spoiledFetch(({ operation }) => {
      const { etag, size } = head
      if (operation !== 'HEAD object' || etag === undefined) return undefined
      return new Response(null, { headers: { etag, 'content-length': String(size) } })
    })
    const { signer } = await setUp({ fetch })
    const { answer } = await upload(signer)
    const { etag, size, confirm } = await signer.readReceipt(answer.receipt, { owner: 'ada' })
    Object.assign(head, { etag, size })
    await confirm()
    Object.assign(head, { etag: '"another"', size })
    await expect(confirm()).rejects.toEqual(code('OBJECT_MISMATCH'))
    Object.assign(head, { etag, size: size + 1 })
    await expect(confirm()).rejects.toEqual(code('OBJECT_MISMATCH'))
  })
})
