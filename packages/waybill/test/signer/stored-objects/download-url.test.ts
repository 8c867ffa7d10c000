import { SECRET } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import { createSeal } from '../../../src/seal/seal.ts'
import { code, EVE, OWNER, storeFiles } from './stored-files.ts'

describe('downloadUrl', () => {
  it("returns a link to the file, for its receipt, its key or readReceipt's result", async () => {
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

  it('returns a link to the stored version, even if the key now has other bytes', async () => {
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

  it('pins a key without a version to the current one', async () => {
    const { signer, upload } = await storeFiles()
    const { key } = await upload({ rule: 'avatar', text: 'first' })
    const { url } = await signer.downloadUrl({ key }, OWNER)
    await upload({ rule: 'avatar', text: 'second' })
    expect(await (await fetch(url)).text()).toBe('first')
  })

  it('rejects the receipt for other bytes in an unversioned bucket', async () => {
    const { signer, upload } = await storeFiles({ versions: false })
    const first = await upload({ rule: 'avatar', text: 'first' })
    await upload({ rule: 'avatar', text: 'second' })
    await expect(signer.downloadUrl(first.receipt, OWNER)).rejects.toEqual(code('OBJECT_MISMATCH'))
  })

  it('rejects a receipt if other bytes have the same waybill', async () => {
    const { signer, upload, putWith, waybillOf } = await storeFiles({ versions: false })
    const { receipt, key } = await upload({ text: 'first' })
    await putWith(await waybillOf(key), key, 'other')
    await expect(signer.downloadUrl(receipt, OWNER)).rejects.toEqual(code('OBJECT_MISMATCH'))
  })

  it.each([{ rule: 'closed' }, { owner: 'eve' }, { id: 'another' }])(
    "rejects a receipt if the same bytes have another upload's waybill: %j",
    async (other) => {
      const { s3, signer, upload, putWith, waybillOf } = await storeFiles({ versions: false })
      const { receipt, key } = await upload()
      const seal = createSeal(SECRET, { bucket: 'uploads', region: s3.region })
      const waybill = await seal.open(await waybillOf(key))
      await putWith(await seal.seal(waybill), key, 'the lease')
      await signer.downloadUrl(receipt, OWNER)
      await putWith(await seal.seal({ ...waybill, ...other }), key, 'the lease')
      await expect(signer.downloadUrl(receipt, OWNER)).rejects.toThrow(
        "another object now has this receipt's key",
      )
    },
  )

  it('asks S3 once for the newest version, and reports no version if there is none', async () => {
    for (const versions of [true, false]) {
      const asked: string[] = []
      const { signer, upload } = await storeFiles({
        versions,
        fetch: (input, init) => {
          asked.push(init?.method ?? '')
          return fetch(input, init)
        },
      })
      const { receipt } = await upload()
      asked.length = 0
      const { url } = await signer.downloadUrl(receipt, OWNER)
      expect(asked).toEqual(['HEAD'])
      expect(url.includes('versionId')).toBe(versions)
    }
  })

  it('works until it expires, after 300 seconds by default', async () => {
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
    'rejects a lifetime of %s seconds, whatever signs it',
    async (expiresInSeconds) => {
      for (const how of [{}, { signDownload: () => 'https://cdn.example.com/signed' }]) {
        const { signer, upload } = await storeFiles(how)
        const { receipt } = await upload()
        const options = { ...OWNER, expiresInSeconds: expiresInSeconds as number }
        await expect(signer.downloadUrl(receipt, options)).rejects.toThrow(
          `expiresInSeconds is ${expiresInSeconds}, expected a whole number from 1 to 604800`,
        )
      }
    },
  )

  it.each([1, 604_800])(
    'accepts a lifetime of %s seconds, whatever signs it',
    async (expiresInSeconds) => {
      for (const how of [{}, { signDownload: () => 'https://cdn.example.com/signed' }]) {
        const { signer, upload, clock } = await storeFiles(how)
        const { receipt } = await upload()
        const { expiration } = await signer.downloadUrl(receipt, { ...OWNER, expiresInSeconds })
        expect(expiration.getTime() - clock.now.getTime()).toBe(expiresInSeconds * 1000)
      }
    },
  )

  it('does not work for another version, name or type than the signed ones', async () => {
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

describe('downloadUrl of a key', () => {
  it('accepts a waybill of any age', async () => {
    const { signer, upload, forward } = await storeFiles({ waybillExpiresInSeconds: 60 })
    const { key } = await upload()
    forward(3650)
    const { url } = await signer.downloadUrl({ key }, OWNER)
    expect((await fetch(url)).status).toBe(200)
  })

  it('accepts an upload without an owner only for null', async () => {
    const { signer, upload } = await storeFiles()
    const { key, receipt } = await upload({ rule: 'guest', headers: {} })
    await signer.downloadUrl({ key }, { owner: null })
    await signer.downloadUrl(receipt, { owner: null })
    await expect(signer.downloadUrl({ key }, OWNER)).rejects.toEqual(code('WAYBILL_NOT_YOURS'))
  })

  it('reveals nothing about S3 in its errors but the code', async () => {
    const { signer, upload, s3 } = await storeFiles({ maxAttempts: 1 })
    const { key, receipt } = await upload()
    await s3.close()
    for (const reference of [receipt, { key }]) {
      const failed = signer.downloadUrl(reference, OWNER)
      await expect(failed).rejects.toEqual(code('STORAGE_UNAVAILABLE'))
      await expect(failed).rejects.toThrow(/^HeadObject failed after/)
    }
  })
})

describe('signDownload', () => {
  it("signs instead of S3, and receives the response's headers", async () => {
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

  it('that never returns is abandoned, and named to onError', async () => {
    const told: unknown[] = []
    const { signer, upload, clock } = await storeFiles({
      onError: (error) => told.push(error),
      signDownload: () => new Promise<string>(() => {}),
      effects: {
        now: () => clock.now,
        later: (_delayMs, callBack) => {
          const timer = setImmediate(callBack)
          return () => clearImmediate(timer)
        },
      },
    })
    const { receipt } = await upload()
    await expect(signer.downloadUrl(receipt, OWNER)).rejects.toEqual(code('SIGNER_UNAVAILABLE'))
    expect(told).toMatchObject([{ message: 'signDownload did not return within 15000 ms' }])
  })

  it.each([undefined, '', 7, '/a', new URL('https://a.example/')])(
    'must return a URL as a string, not %s',
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

  it('is reported as a failure of the application', async () => {
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
