/**
 * What the reader of a receipt must say, and what it can ask S3.
 *
 * @module
 */

import { askStorage, signerOf, startStorage } from '@waybill/test-support/signer-storage'
import { SECRET } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import { type ReceiptReader, readReceipt } from 'waybill/signer'
import { code, RULES, send, setUp, upload } from './completed.ts'

describe('the receipt reader', () => {
  it.each([
    [undefined, 'undefined'],
    ['', 'empty'],
    [7, 'number'],
  ])('requires an owner: %j', async (owner, named) => {
    const { signer } = await setUp()
    const { answer } = await upload(signer)
    const wrong = { owner } as { owner: string }
    await expect(signer.readReceipt(answer.receipt, wrong)).rejects.toThrow(
      `owner is ${named}, expected a string, or null for receipts of public rules`,
    )
  })

  it.each([Number.NaN, 0, -1])('requires a maximum age: %j', async (maxAgeSeconds) => {
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
  ])('requires a key, not %j, and never reveals it', async (keys, message) => {
    const reader = { keys: keys as string, bucket: 'uploads', region: 'eu-west-1' }
    const reading = readReceipt(reader, 'x', { owner: 'ada' })
    await expect(reading).rejects.toThrow(message)
    await expect(reading).rejects.not.toThrow(SECRET)
  })

  it('can ask S3 whether that very version still exists', async () => {
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
    await expect(gone).rejects.toThrow("this receipt's object is gone")
  })

  it('detects that another object has taken the key, in an unversioned bucket', async () => {
    const s3 = await startStorage()
    const signer = signerOf(s3, RULES)
    const { answer } = await upload(signer)
    const receipt = await signer.readReceipt(answer.receipt, { owner: 'ada' })
    expect(receipt.versionId).toBeUndefined()
    await receipt.confirm()
    await askStorage(s3, 'PUT', answer.key, {}, 'something else')
    const taken = receipt.confirm()
    await expect(taken).rejects.toEqual(code('OBJECT_MISMATCH'))
    await expect(taken).rejects.toThrow("another object now has this receipt's key")
  })

  it.each([
    ['ETag', { etag: '"another"' }],
    ['size', { 'content-length': '99' }],
    ['checksum', { 'x-amz-checksum-sha256': 'bm90IHRoZSBzYW1lIGhhc2ggYXMgdGhlIGZpbGUncw==' }],
    ['time', { 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' }],
  ])('recognizes another object by its %s alone', async (_what, other) => {
    let spoiled: Readonly<Record<string, string>> = {}
    const spoil: typeof fetch = async (input, init) => {
      const response = await fetch(input, init)
      if (init?.method !== 'HEAD') return response
      return new Response(null, {
        headers: { ...Object.fromEntries(response.headers), ...spoiled },
      })
    }
    const { signer } = await setUp({ versions: false, fetch: spoil })
    const { answer } = await upload(signer)
    const { confirm } = await signer.readReceipt(answer.receipt, { owner: 'ada' })
    await confirm()
    await signer.downloadUrl(answer.receipt, { owner: 'ada' })
    spoiled = other
    await expect(confirm()).rejects.toEqual(code('OBJECT_MISMATCH'))
    const link = signer.downloadUrl(answer.receipt, { owner: 'ada' })
    await expect(link).rejects.toEqual(code('OBJECT_MISMATCH'))
  })

  it("does not mistake a deleted file that was stored again for the receipt's", async () => {
    const { signer, clock } = await setUp({ versions: false })
    const { grant, answer } = await upload(signer)
    await signer.remove(answer.receipt, { owner: 'ada' })
    clock.now = new Date(clock.now.getTime() + 2_000)
    await send(grant.presignedPost)
    const { confirm } = await signer.readReceipt(answer.receipt, { owner: 'ada' })
    await expect(confirm()).rejects.toEqual(code('OBJECT_MISMATCH'))
    const link = signer.downloadUrl(answer.receipt, { owner: 'ada' })
    await expect(link).rejects.toEqual(code('OBJECT_MISMATCH'))
  })

  it.each([
    ['region', { bucket: 'uploads' }],
    ['bucket', { region: 'eu-west-1' }],
  ])('requires the %s', async (name, place) => {
    const reader = { keys: 'A'.repeat(43), ...place } as ReceiptReader
    await expect(readReceipt(reader, 'x', { owner: 'ada' })).rejects.toThrow(
      new TypeError(`${name} is missing, expected the ${name} of the signer`),
    )
  })
})
