/**
 * Files of forms that are never sent: they expire by tag and lifecycle, unless they are claimed.
 * With the lifecycle of the local S3, by its own clock.
 *
 * @module
 */

import { refusal, spoiledFetch } from '@waybill/test-support/signer-storage'
import { describe, expect, it } from 'vitest'
import { code, EVE, type FileToStore, OWNER, storeFiles } from './stored-files.ts'

const DRAFT: FileToStore = { rule: 'drafts' }
const LIFECYCLE = `<LifecycleConfiguration>${[2, 9]
  .map(
    (days) =>
      `<Rule><ID>unclaimed-${days}</ID><Status>Enabled</Status>` +
      `<Filter><Tag><Key>waybill-claim</Key><Value>${days}</Value></Tag></Filter>` +
      `<Expiration><Days>${days}</Days></Expiration>` +
      '<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration></Rule>',
  )
  .join('')}</LifecycleConfiguration>`

/** @returns Stored files in a bucket with the lifecycle rules of docs/guide/deleting.md. */
async function storeDrafts(options: Parameters<typeof storeFiles>[0] = {}) {
  const files = await storeFiles(options)
  expect((await files.ask('PUT', undefined, { lifecycle: '' }, LIFECYCLE)).status).toBe(200)
  return files
}

describe('an object under a rule with claim', () => {
  it.each([true, false])('expires unless it is claimed (versions: %s)', async (versions) => {
    const { upload, signer, ask, forward, versions: left } = await storeDrafts({ versions })
    const claimed = await upload(DRAFT)
    const { key } = await upload(DRAFT)
    const other = await upload({ rule: 'document' })
    await signer.claim(claimed.receipt, OWNER)
    forward(1)
    expect((await ask('HEAD', key)).status).toBe(200)
    forward(2)
    expect((await ask('HEAD', key)).status).toBe(404)
    expect((await ask('HEAD', claimed.key)).status).toBe(200)
    expect((await ask('HEAD', other.key)).status).toBe(200)
    // Its bytes are gone a day later, too.
    forward(3)
    await ask('HEAD', key)
    expect((await left()).objects).toBe(2)
  })

  it('cannot be claimed once it has expired', async () => {
    const { upload, signer, forward } = await storeDrafts()
    const { key, versionId, receipt } = await upload(DRAFT)
    forward(3)
    const aged = { ...OWNER, maxAgeSeconds: 864_000 }
    for (const reference of [receipt, { key }, { key, versionId }]) {
      await expect(signer.claim(reference, aged)).rejects.toEqual(code('OBJECT_NOT_FOUND'))
    }
  })

  it('cannot be claimed by another owner', async () => {
    const { upload, signer, tagsOf } = await storeDrafts()
    const { receipt, key } = await upload(DRAFT)
    await expect(signer.claim(receipt, { owner: 'eve' })).rejects.toEqual(code('RECEIPT_OWNER'))
    await expect(signer.claim({ key }, { owner: 'eve' })).rejects.toEqual(code('WAYBILL_NOT_YOURS'))
    await upload({ ...DRAFT, headers: EVE })
    expect(await tagsOf(key)).toEqual({ 'waybill-claim': '2' })
  })
})

describe('claim', () => {
  it('removes its own tag, keeps all others, and can be repeated', async () => {
    const { upload, signer, ask, tagsOf } = await storeDrafts()
    const { receipt, key } = await upload(DRAFT)
    const tags = { 'waybill-claim': '2', customer: 'Müller + Co. 7/3' }
    const set = Object.entries(tags).map(
      ([name, value]) => `<Tag><Key>${name}</Key><Value>${value}</Value></Tag>`,
    )
    const body = `<Tagging><TagSet>${set.join('')}</TagSet></Tagging>`
    expect((await ask('PUT', key, { tagging: '' }, body)).status).toBe(200)
    for (const _time of [1, 2]) {
      await signer.claim(receipt, OWNER)
      expect(await tagsOf(key)).toEqual({ customer: 'Müller + Co. 7/3' })
    }
    await signer.claim({ key }, OWNER)
  })

  it('claims the stored version, not one that replaced it', async () => {
    const { grant, signer, ask } = await storeDrafts()
    const { send, complete, key } = await grant(DRAFT)
    await send()
    const { receipt, versionId = '' } = await complete()
    await send()
    await signer.claim(receipt, OWNER)
    const tags = async (query: object) => (await ask('GET', key, { tagging: '', ...query })).text()
    expect(await tags({ versionId })).not.toContain('waybill-claim')
    expect(await tags({})).toContain('waybill-claim')
  })

  it("waits for arrival's verdict, and keeps it", async () => {
    const waited: number[] = []
    const arrives = { judge: async (): Promise<unknown> => undefined }
    const files = await storeDrafts({
      pendingTag: true,
      effects: {
        now: () => new Date(),
        wait: async (ms) => {
          waited.push(ms)
          if (waited.length === 3) await arrives.judge()
        },
      },
    })
    const { upload, signer, tagsOf, judge } = files
    const { receipt, key } = await upload(DRAFT)
    arrives.judge = () => judge(key)
    await signer.claim(receipt, OWNER)
    expect(waited).toEqual([250, 500, 1000])
    expect(await tagsOf(key)).toEqual({ waybill: 'verified' })
    // What arrival hears twice, or judges again, changes nothing.
    await judge(key)
    expect(await tagsOf(key)).toEqual({ waybill: 'verified' })
  })

  it('fails if no verdict comes in ten seconds, and can be repeated', async () => {
    let now = Date.now()
    const { upload, signer, judge, tagsOf } = await storeDrafts({
      pendingTag: true,
      effects: {
        now: () => new Date(now),
        wait: async (ms) => {
          now += ms
        },
      },
    })
    const { receipt, key } = await upload(DRAFT)
    const start = now
    await expect(signer.claim(receipt, OWNER)).rejects.toEqual(code('OBJECT_NOT_VERIFIED'))
    expect(now - start).toBeGreaterThan(8_000)
    expect(now - start).toBeLessThanOrEqual(10_000)
    expect(await tagsOf(key)).toEqual({ waybill: 'pending', 'waybill-claim': '2' })
    await judge(key)
    await signer.claim(receipt, OWNER)
    expect(await tagsOf(key)).toEqual({ waybill: 'verified' })
  })

  it('fails for an object that arrival has rejected, which then expires', async () => {
    const { upload, signer, ask, tagsOf } = await storeDrafts({ verifiedOnly: true })
    const { receipt, key } = await upload(DRAFT)
    const set =
      '<Tag><Key>waybill</Key><Value>rejected</Value></Tag><Tag><Key>waybill-claim</Key><Value>2</Value></Tag>'
    await ask('PUT', key, { tagging: '' }, `<Tagging><TagSet>${set}</TagSet></Tagging>`)
    await expect(signer.claim(receipt, OWNER)).rejects.toEqual(code('OBJECT_REJECTED'))
    expect(await tagsOf(key)).toMatchObject({ 'waybill-claim': '2' })
  })

  it.each([
    [false, () => undefined],
    [true, () => expect.objectContaining({ code: 'STORAGE_REFUSED' })],
  ])(
    'in a store without tags only reads the receipt, unless verdicts are tags: %s',
    async (verifiedOnly, failure) => {
      const { fetch } = spoiledFetch(({ url }) =>
        url.searchParams.has('tagging') ? refusal(501, 'NotImplemented') : undefined,
      )
      const { upload, signer } = await storeFiles({ fetch, verifiedOnly })
      const { receipt } = await upload({ rule: 'document' })
      const failed = await signer.claim(receipt, OWNER).catch((error: unknown) => error)
      expect(failed).toEqual(failure())
    },
  )

  it('removes the tag again if a late verdict has restored it', async () => {
    const { fetch, calls } = spoiledFetch()
    const late = { write: async (): Promise<unknown> => undefined }
    const files = await storeDrafts({
      verifiedOnly: true,
      fetch: async (input, init) => {
        const response = await fetch(input, init)
        if (init?.method === 'PUT' && String(input).includes('tagging')) await late.write()
        return response
      },
    })
    const { upload, signer, judge, ask, tagsOf } = files
    const { receipt, key } = await upload(DRAFT)
    await judge(key)
    const before = await (await ask('GET', key, { tagging: '' })).text()
    late.write = async () => {
      late.write = async () => undefined
      await ask('PUT', key, { tagging: '' }, before)
    }
    await signer.claim(receipt, OWNER)
    expect(await tagsOf(key)).toEqual({ waybill: 'verified' })
    expect(calls.filter(({ operation }) => operation === 'PUT object')).toHaveLength(2)
  })

  it('tries three times to remove a tag that keeps returning, and then reports it', async () => {
    const { fetch } = spoiledFetch()
    let writes = 0
    const late = { write: async (): Promise<unknown> => undefined }
    const { upload, signer, ask, tagsOf } = await storeDrafts({
      fetch: async (input, init) => {
        const response = await fetch(input, init)
        if (init?.method === 'PUT' && String(input).includes('tagging')) await late.write()
        return response
      },
    })
    const { receipt, key } = await upload(DRAFT)
    const before = await (await ask('GET', key, { tagging: '' })).text()
    late.write = async () => {
      writes += 1
      if (writes > 3) throw new Error('written more than three times')
      await ask('PUT', key, { tagging: '' }, before)
    }
    await expect(signer.claim(receipt, OWNER)).rejects.toEqual(code('OBJECT_NOT_VERIFIED'))
    expect(writes).toBe(3)
    expect(await tagsOf(key)).toEqual({ 'waybill-claim': '2' })
  })

  it('does not wait for a verdict if the object has no tag to remove', async () => {
    const { upload, signer } = await storeDrafts({
      pendingTag: true,
      effects: { wait: () => Promise.reject(new Error('waited')) },
    })
    const { receipt } = await upload()
    await signer.claim(receipt, OWNER)
  })
})
