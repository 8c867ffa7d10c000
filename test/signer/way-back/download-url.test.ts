/**
 * Links as an application's server makes them, followed over real HTTP.
 *
 * @module
 */

import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { cloudFrontUrls } from 'waybill/signer'
import { createSeal } from '../../../src/signer/waybill/seal.ts'
import { signerOf } from '../complete/storage.ts'
import { code, EVE, RULES, storeFiles } from './stored-files.ts'

const OWNER = { owner: 'ada' }

describe('downloadUrl', () => {
  it('leads to the file, by its receipt, by its key and by what readReceipt returned', async () => {
    const { signer, upload } = await storeFiles()
    const { receipt, key, versionId } = await upload({ text: 'the lease' })
    const read = await signer.readReceipt(receipt, OWNER)
    for (const reference of [receipt, { key }, { key, versionId }, read]) {
      const { url } = await signer.downloadUrl(reference, OWNER)
      const response = await fetch(url)
      expect(await response.text()).toBe('the lease')
      expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
      expect(response.headers.get('content-disposition')).toBe('attachment; filename="lease.txt"')
      expect(url).toContain(`versionId=${versionId}`)
    }
  })

  it('leads to the version that was stored, also when the key has other bytes by now', async () => {
    const { signer, upload } = await storeFiles()
    const first = await upload({ rule: 'avatar', text: 'first' })
    const second = await upload({ rule: 'avatar', text: 'second', headers: EVE })
    expect(second.key).toBe(first.key)
    const { url } = await signer.downloadUrl(first.receipt, OWNER)
    expect(await (await fetch(url)).text()).toBe('first')
    const { key, versionId } = first
    const byVersion = await signer.downloadUrl({ key, versionId }, OWNER)
    expect(await (await fetch(byVersion.url)).text()).toBe('first')
    // Without a version the key is that of its newest object.
    await expect(signer.downloadUrl({ key }, OWNER)).rejects.toEqual(code('WAYBILL_NOT_YOURS'))
    const { url: hers } = await signer.downloadUrl({ key }, { owner: 'eve' })
    expect(await (await fetch(hers)).text()).toBe('second')
  })

  it('pins a key without version to what is there now', async () => {
    const { signer, upload } = await storeFiles()
    const { key } = await upload({ rule: 'avatar', text: 'first' })
    const { url } = await signer.downloadUrl({ key }, OWNER)
    await upload({ rule: 'avatar', text: 'second' })
    expect(await (await fetch(url)).text()).toBe('first')
  })

  it('refuses the receipt of other bytes in a bucket without versions', async () => {
    const { signer, upload } = await storeFiles({ versions: false })
    const first = await upload({ rule: 'avatar', text: 'first' })
    await upload({ rule: 'avatar', text: 'second' })
    await expect(signer.downloadUrl(first.receipt, OWNER)).rejects.toEqual(code('OBJECT_MISMATCH'))
  })

  it('refuses a receipt when other bytes lie there with the same waybill', async () => {
    const { signer, upload, putWith, waybillOf } = await storeFiles({ versions: false })
    const { receipt, key } = await upload({ text: 'first' })
    await putWith(await waybillOf(key), key, 'other')
    await expect(signer.downloadUrl(receipt, OWNER)).rejects.toEqual(code('OBJECT_MISMATCH'))
  })

  it('works until it expires, 300 seconds unless told otherwise', async () => {
    const { signer, upload, clock } = await storeFiles()
    const { receipt } = await upload()
    const { url, expiration } = await signer.downloadUrl(receipt, OWNER)
    expect(Math.round((expiration.getTime() - clock.now.getTime()) / 1000)).toBe(300)
    const short = await signer.downloadUrl(receipt, { ...OWNER, expiresInSeconds: 60 })
    clock.now = new Date(clock.now.getTime() + 120_000)
    expect((await fetch(short.url)).status).toBe(403)
    expect((await fetch(url)).status).toBe(200)
    clock.now = new Date(clock.now.getTime() + 200_000)
    expect((await fetch(url)).status).toBe(403)
  })

  it.each([0, -1, 1.5, 604_801, Number.NaN, Number.POSITIVE_INFINITY, '60'])(
    'refuses to work for %s seconds',
    async (expiresInSeconds) => {
      const { signer, upload } = await storeFiles()
      const { receipt } = await upload()
      const options = { ...OWNER, expiresInSeconds: expiresInSeconds as number }
      await expect(signer.downloadUrl(receipt, options)).rejects.toThrow(
        `expiresInSeconds is ${expiresInSeconds}, expected a whole number from 1 to 604800`,
      )
    },
  )

  it('does not work for another version, name or type than it was signed for', async () => {
    const { signer, upload } = await storeFiles()
    const first = await upload({ rule: 'avatar', text: 'first', type: 'text/html' })
    const second = await upload({ rule: 'avatar', text: 'second' })
    const { url } = await signer.downloadUrl(first.receipt, OWNER)
    for (const [from, to] of [
      [first.versionId, second.versionId],
      ['response-content-type=application%2Foctet-stream', 'response-content-type=text%2Fhtml'],
      ['response-content-disposition=attachment', 'response-content-disposition=inline'],
      [/&response-content-disposition=[^&]*/, ''],
    ] as const) {
      const forged = url.replace(from ?? '', to ?? '')
      expect(forged).not.toBe(url)
      expect((await fetch(forged)).status).toBe(403)
    }
  })
})

describe('downloadUrl refuses', () => {
  it('the object of another owner, by receipt and by key', async () => {
    const { signer, upload } = await storeFiles()
    const { receipt, key, versionId } = await upload()
    for (const owner of ['eve', null, 'Ada', 'ada ']) {
      await expect(signer.downloadUrl(receipt, { owner })).rejects.toEqual(code('RECEIPT_OWNER'))
      for (const reference of [{ key }, { key, versionId }]) {
        await expect(signer.downloadUrl(reference, { owner })).rejects.toEqual(
          code('WAYBILL_NOT_YOURS'),
        )
      }
    }
  })

  it.each([undefined, '', 0, {}, ['ada']])('to work without an owner: %j', async (owner) => {
    const { signer, upload } = await storeFiles()
    const { receipt, key } = await upload({ rule: 'guest', headers: {} })
    for (const reference of [receipt, { key }]) {
      const options = { owner: owner as string }
      await expect(signer.downloadUrl(reference, options)).rejects.toThrow(/^owner is /)
    }
  })

  it('an object that was removed, also when S3 still has the version', async () => {
    const { signer, upload, ask } = await storeFiles()
    const { receipt, key, versionId = '' } = await upload()
    await ask('DELETE', key)
    expect((await ask('HEAD', key, { versionId })).status).toBe(200)
    for (const reference of [receipt, { key }, { key, versionId }]) {
      await expect(signer.downloadUrl(reference, OWNER)).rejects.toEqual(code('OBJECT_NOT_FOUND'))
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
      await expect(signer.downloadUrl(reference, OWNER)).rejects.toEqual(code('OBJECT_REJECTED'))
    }
  })

  it('an object whose tags were removed, where arrival runs', async () => {
    const { signer, upload, ask } = await storeFiles({ verifiedOnly: true })
    const { receipt, key } = await upload()
    await ask('DELETE', key, { tagging: '' })
    await expect(signer.downloadUrl(receipt, OWNER)).rejects.toEqual(code('OBJECT_NOT_VERIFIED'))
  })

  it('a receipt that is forged, of another secret, or older than a day', async () => {
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

  it('the object of another rule than is expected', async () => {
    const { signer, upload } = await storeFiles()
    const { receipt, key } = await upload()
    const other = { ...OWNER, rule: 'closed' }
    await expect(signer.downloadUrl(receipt, other)).rejects.toEqual(code('RECEIPT_INVALID'))
    await expect(signer.downloadUrl({ key }, other)).rejects.toEqual(code('WAYBILL_INVALID'))
    await signer.downloadUrl({ key }, { ...OWNER, rule: ['closed', 'document'] })
  })

  it('a key under which an object lies that the signer did not sign', async () => {
    const { signer, upload, ask, putWith, waybillOf } = await storeFiles()
    await ask('PUT', 'payroll.csv', {}, 'secret')
    await expect(signer.downloadUrl({ key: 'payroll.csv' }, { owner: null })).rejects.toEqual(
      code('WAYBILL_INVALID'),
    )
    // The waybill of another object, copied from its metadata.
    const { key } = await upload()
    await putWith(await waybillOf(key), 'copied.txt', 'bytes')
    await expect(signer.downloadUrl({ key: 'copied.txt' }, OWNER)).rejects.toEqual(
      code('WAYBILL_INVALID'),
    )
  })

  it('a waybill that was sealed under a secret that is gone', async () => {
    const { signer, s3, putWith } = await storeFiles()
    const forger = createSeal('a forger has a secret of his own 0123456789', {
      bucket: 'uploads',
      region: s3.region,
    })
    const waybill = await forger.seal({
      ...{ rule: 'document', owner: 'ada', key: 'forged.txt', type: 'text/plain' },
      ...{ size: { min: 1, max: 9 }, strategy: 'post', name: 'forged.txt', id: 'x', metadata: {} },
      expiration: new Date(),
    })
    await putWith(waybill, 'forged.txt', 'bytes')
    await expect(signer.downloadUrl({ key: 'forged.txt' }, OWNER)).rejects.toEqual(
      code('WAYBILL_INVALID'),
    )
  })

  it('a key of another prefix, or one that begins alike', async () => {
    const { s3, signer, upload } = await storeFiles({ prefix: 'a/' })
    const { key, receipt } = await upload()
    for (const prefix of ['b/', 'a/b/']) {
      const other = signerOf(s3, RULES, { prefix })
      await expect(other.downloadUrl({ key }, OWNER)).rejects.toEqual(code('WAYBILL_INVALID'))
      await expect(other.downloadUrl(receipt, OWNER)).rejects.toEqual(code('RECEIPT_INVALID'))
    }
    // `a` is the beginning of `a/…`, and yet another signer's prefix.
    const alike = signerOf(s3, RULES, { prefix: 'a' })
    await expect(alike.downloadUrl({ key }, OWNER)).rejects.toEqual(code('WAYBILL_INVALID'))
    await expect(alike.downloadUrl(receipt, OWNER)).rejects.toEqual(code('WAYBILL_INVALID'))
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
  ])('a reference that cannot be one: %j', async (reference, message) => {
    const { signer } = await storeFiles()
    await expect(signer.downloadUrl(reference as never, OWNER)).rejects.toThrow(message)
  })
})

describe('downloadUrl of a key', () => {
  it('takes a waybill of any age', async () => {
    const { signer, upload, forward } = await storeFiles({ waybillExpiresInSeconds: 60 })
    const { key } = await upload()
    forward(3650)
    const { url } = await signer.downloadUrl({ key }, OWNER)
    expect((await fetch(url)).status).toBe(200)
  })

  it('takes an upload without owner for null alone', async () => {
    const { signer, upload } = await storeFiles()
    const { key, receipt } = await upload({ rule: 'guest', headers: {} })
    await signer.downloadUrl({ key }, { owner: null })
    await signer.downloadUrl(receipt, { owner: null })
    await expect(signer.downloadUrl({ key }, OWNER)).rejects.toEqual(code('WAYBILL_NOT_YOURS'))
  })

  it('says nothing of S3 in its failures but the code', async () => {
    const { signer, upload, s3 } = await storeFiles({ maxAttempts: 1 })
    const { key, receipt } = await upload()
    await s3.close()
    for (const reference of [receipt, { key }]) {
      const failed = signer.downloadUrl(reference, OWNER)
      await expect(failed).rejects.toEqual(code('STORAGE_UNAVAILABLE'))
      await expect(failed).rejects.toThrow(/^storage gave no answer to HEAD/)
    }
  })
})

describe('signDownload', () => {
  it('signs instead of S3, and gets what the response must be', async () => {
    const asked: object[] = []
    const { signer, upload, clock } = await storeFiles({
      signDownload: (download) => {
        asked.push(download)
        return 'https://cdn.example.com/signed'
      },
    })
    const { receipt, key, versionId } = await upload({ name: 'a.html', type: 'text/html' })
    const options = { ...OWNER, disposition: 'inline', expiresInSeconds: 60 } as const
    const expiration = new Date(clock.now.getTime() + 60_000)
    const answer = await signer.downloadUrl(receipt, options)
    expect(answer).toEqual({ url: 'https://cdn.example.com/signed', expiration })
    expect(asked).toEqual([
      {
        ...{ key, expiration },
        query: {
          versionId,
          'response-content-type': 'application/octet-stream',
          'response-content-disposition': 'attachment; filename="a.html"',
        },
      },
    ])
  })

  it('may be what cloudFrontUrls makes', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { signer, upload } = await storeFiles({
      signDownload: cloudFrontUrls({
        ...{ url: 'https://files.example.com/', keyPairId: 'K2JCJMDEHXQW5F' },
        privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      }),
    })
    const { receipt, key, versionId } = await upload({ name: 'a b.html', type: 'text/html' })
    const { url } = await signer.downloadUrl(receipt, OWNER)
    const { origin, pathname, searchParams } = new URL(url)
    expect([origin, decodeURIComponent(pathname)]).toEqual(['https://files.example.com', `/${key}`])
    expect(Object.fromEntries(searchParams)).toMatchObject({
      versionId,
      'response-content-type': 'application/octet-stream',
      'response-content-disposition': 'attachment; filename="a b.html"',
      'Key-Pair-Id': 'K2JCJMDEHXQW5F',
    })
  })

  it.each([undefined, '', 7, '/a', new URL('https://a.example/')])(
    'must return a URL as text, not %s',
    async (answer) => {
      const onError: unknown[] = []
      const { signer, upload } = await storeFiles({
        onError: (error) => onError.push(error),
        signDownload: () => answer as string,
      })
      const { receipt } = await upload()
      await expect(signer.downloadUrl(receipt, OWNER)).rejects.toEqual(code('SIGNER_UNAVAILABLE'))
      expect(String(onError)).toBe(
        `TypeError: signDownload returned ${typeof answer}, expected a URL as text`,
      )
    },
  )

  it('is told of as a failure of the application', async () => {
    const onError: unknown[] = []
    const { signer, upload } = await storeFiles({
      onError: (error) => onError.push(error),
      signDownload: () => Promise.reject(new Error('no key pair')),
    })
    const { receipt } = await upload()
    await expect(signer.downloadUrl(receipt, OWNER)).rejects.toEqual(code('SIGNER_UNAVAILABLE'))
    expect(onError).toEqual([new Error('no key pair')])
  })
})
