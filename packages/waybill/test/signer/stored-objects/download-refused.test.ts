import { signerOf } from '@waybill/test-support/signer-storage'
import { describe, expect, it } from 'vitest'
import { createSeal } from '../../../src/seal/seal.ts'
import { code, OWNER, RULES, storeFiles } from './stored-files.ts'

describe('downloadUrl rejects', () => {
  it("another owner's object, by receipt and by key", async () => {
    const { signer, upload } = await storeFiles()
    const { receipt, key, versionId } = await upload()
    for (const owner of ['eve', null, 'Ada', 'ada ']) {
      await expect(signer.downloadUrl(receipt, { owner })).rejects.toEqual(code('RECEIPT_OWNER'))
      for (const reference of [{ key }, { key, versionId }]) {
        const refused = signer.downloadUrl(reference, { owner })
        await expect(refused).rejects.toEqual(code('WAYBILL_NOT_YOURS'))
        await expect(refused).rejects.toThrow('object belongs to another owner')
      }
    }
  })

  it.each([undefined, '', 0, {}, ['ada']])('a missing owner: %j', async (owner) => {
    const { signer, upload } = await storeFiles()
    const { receipt, key } = await upload({ rule: 'guest', headers: {} })
    for (const reference of [receipt, { key }]) {
      const options = { owner: owner as string }
      await expect(signer.downloadUrl(reference, options)).rejects.toThrow(/^owner is /)
    }
  })

  it('a deleted object, even if S3 still has the version', async () => {
    const { signer, upload, ask } = await storeFiles()
    const { receipt, key, versionId = '' } = await upload()
    await ask('DELETE', key)
    expect((await ask('HEAD', key, { versionId })).status).toBe(200)
    for (const reference of [receipt, { key }, { key, versionId }]) {
      const gone = signer.downloadUrl(reference, OWNER)
      await expect(gone).rejects.toEqual(code('OBJECT_NOT_FOUND'))
      await expect(gone).rejects.toThrow('storage does not have this object')
    }
  })

  it('an object that arrival has not verified, or has rejected', async () => {
    const { signer, upload, judge, tag } = await storeFiles({ pendingTag: true })
    const { receipt, key } = await upload()
    for (const reference of [receipt, { key }]) {
      await expect(signer.downloadUrl(reference, OWNER)).rejects.toEqual(
        code('OBJECT_NOT_VERIFIED'),
      )
    }
    await judge(key)
    await signer.downloadUrl(receipt, OWNER)
    await tag(key, 'rejected')
    for (const reference of [receipt, { key }]) {
      const rejected = signer.downloadUrl(reference, OWNER)
      await expect(rejected).rejects.toEqual(code('OBJECT_REJECTED'))
      await expect(rejected).rejects.toThrow(
        'object was rejected: it does not match what was signed',
      )
    }
  })

  it('an object whose tags were deleted, if arrival runs', async () => {
    const { signer, upload, ask } = await storeFiles({ verifiedOnly: true })
    const { receipt, key } = await upload()
    await ask('DELETE', key, { tagging: '' })
    const refused = signer.downloadUrl(receipt, OWNER)
    await expect(refused).rejects.toEqual(code('OBJECT_NOT_VERIFIED'))
    await expect(refused).rejects.toThrow('object has not been verified yet: try again')
  })

  it('a receipt that is forged, sealed with another secret, or older than a day', async () => {
    const { s3, signer, upload, forward } = await storeFiles()
    const { receipt } = await upload()
    const forged = `${receipt.slice(0, -1)}${receipt.endsWith('A') ? 'Q' : 'A'}`
    await expect(signer.downloadUrl(forged, OWNER)).rejects.toEqual(code('RECEIPT_INVALID'))
    const other = signerOf(s3, RULES, { secret: 'another-seal-secret-0123456789abcdefghij' })
    await expect(other.downloadUrl(receipt, OWNER)).rejects.toEqual(code('RECEIPT_INVALID'))
    forward(1.1)
    await expect(signer.downloadUrl(receipt, OWNER)).rejects.toEqual(code('RECEIPT_EXPIRED'))
    await signer.downloadUrl(receipt, { ...OWNER, maxAgeSeconds: 200_000 })
  })

  it('an object under another rule than expected', async () => {
    const { signer, upload } = await storeFiles()
    const { receipt, key } = await upload()
    const other = { ...OWNER, rule: 'closed' }
    await expect(signer.downloadUrl(receipt, other)).rejects.toEqual(code('RECEIPT_INVALID'))
    const refused = signer.downloadUrl({ key }, { ...OWNER, rule: ['closed', 'guest'] })
    await expect(refused).rejects.toEqual(code('WAYBILL_INVALID'))
    await expect(refused).rejects.toThrow(
      'object is of the rule document, expected closed or guest',
    )
    await signer.downloadUrl({ key }, { ...OWNER, rule: ['closed', 'document'] })
  })

  it('a key with an object that the signer did not sign', async () => {
    const { signer, upload, ask, putWith, waybillOf } = await storeFiles()
    await ask('PUT', 'payroll.csv', {}, 'secret')
    const stray = signer.downloadUrl({ key: 'payroll.csv' }, { owner: null })
    await expect(stray).rejects.toEqual(code('WAYBILL_INVALID'))
    await expect(stray).rejects.toThrow('object was stored without a waybill')
    // The waybill of another object, copied from its metadata.
    const { key } = await upload()
    await putWith(await waybillOf(key), 'copied.txt', 'bytes')
    const copied = signer.downloadUrl({ key: 'copied.txt' }, OWNER)
    await expect(copied).rejects.toEqual(code('WAYBILL_INVALID'))
    await expect(copied).rejects.toThrow("object has another object's waybill")
  })

  it('a waybill sealed with a deleted secret', async () => {
    const { signer, s3, putWith } = await storeFiles()
    const forger = createSeal('a forger has a secret of his own 0123456789', {
      bucket: 'uploads',
      region: s3.region,
    })
    const waybill = await forger.seal({
      ...{ rule: 'document', owner: 'ada', key: 'forged.txt', type: 'text/plain' },
      ...{ size: { min: 1, max: 9 }, strategy: 'post', name: 'forged.txt', id: 'x', metadata: {} },
      grantedAt: new Date(0),
      expiration: new Date(),
    })
    await putWith(waybill, 'forged.txt', 'bytes')
    await expect(signer.downloadUrl({ key: 'forged.txt' }, OWNER)).rejects.toEqual(
      code('WAYBILL_INVALID'),
    )
  })

  it('a key with another prefix, or a similar one', async () => {
    const { s3, signer, upload } = await storeFiles({ prefix: 'a/' })
    const { key, receipt } = await upload()
    for (const prefix of ['b/', 'a/b/']) {
      const other = signerOf(s3, RULES, { prefix })
      const foreign = other.downloadUrl({ key }, OWNER)
      await expect(foreign).rejects.toEqual(code('WAYBILL_INVALID'))
      await expect(foreign).rejects.toThrow('key does not begin with the prefix of this signer')
      await expect(other.downloadUrl(receipt, OWNER)).rejects.toEqual(code('RECEIPT_INVALID'))
    }
    // `a` is the beginning of `a/…`, and yet another signer's prefix.
    const alike = signerOf(s3, RULES, { prefix: 'a' })
    await expect(alike.downloadUrl({ key }, OWNER)).rejects.toEqual(code('WAYBILL_INVALID'))
    await expect(alike.downloadUrl(receipt, OWNER)).rejects.toEqual(code('RECEIPT_INVALID'))
    expect((await signer.downloadUrl({ key }, OWNER)).url).toContain('/a/')
  })

  it.each([
    [{}, /^key is missing/],
    [{ key: '' }, /^key is 0 bytes/],
    [{ key: 'a/../b' }, /^key has a '\.' or '\.\.' segment/],
    [{ key: '/a' }, /^key has an empty segment/],
    [{ key: 7 }, /^key is 7/],
    [{ key: 'a', versionId: '' }, /^versionId is ""/],
    [{ key: 'a', versionId: null }, /^versionId is null/],
  ])('an invalid reference: %j', async (reference, message) => {
    const { signer } = await storeFiles()
    await expect(signer.downloadUrl(reference as never, OWNER)).rejects.toThrow(message)
  })
})
