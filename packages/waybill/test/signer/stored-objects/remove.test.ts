import { describe, expect, it } from 'vitest'
import { ADA, EVE, NOTHING, OWNER, storeFiles } from './stored-files.ts'

describe('POST /remove', () => {
  it.each([true, false])('deletes the object permanently (versions: %s)', async (versions) => {
    const { upload, call, ask, versions: left } = await storeFiles({ versions })
    const { receipt, key } = await upload()
    expect(await call('/remove', { receipt })).toMatchObject({ status: 200, removed: 1 })
    expect((await ask('HEAD', key)).status).toBe(404)
    expect(await left()).toEqual(NOTHING)
  })

  it.each([true, false])('succeeds if it is already gone (versions: %s)', async (versions) => {
    const { upload, call, ask, versions: left } = await storeFiles({ versions })
    const { receipt } = await upload()
    await call('/remove', { receipt })
    for (const _again of [1, 2]) {
      expect(await call('/remove', { receipt })).toMatchObject({ status: 200, removed: 0 })
    }
    const { receipt: other, key } = await upload()
    await ask('DELETE', key) // hidden by somebody else: the version is still there
    const removed = versions ? 1 : 0
    expect(await call('/remove', { receipt: other })).toMatchObject({ status: 200, removed })
    expect(await left()).toEqual(NOTHING)
  })

  it.each([true, false])('runs once for two concurrent calls (versions: %s)', async (versions) => {
    const { upload, call, versions: left } = await storeFiles({ versions })
    const { receipt } = await upload()
    const answers = await Promise.all([call('/remove', { receipt }), call('/remove', { receipt })])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await left()).toEqual(NOTHING)
  })

  it('is denied unless the rule allows it, even to the owner', async () => {
    const { upload, call, versions } = await storeFiles()
    const { receipt } = await upload({ rule: 'closed' })
    expect(await call('/remove', { receipt })).toMatchObject({
      ...{ status: 403, code: 'REMOVE_NOT_ALLOWED' },
    })
    expect(await versions()).toMatchObject({ objects: 1 })
  })

  it('is denied to another person, to strangers, and without a valid receipt', async () => {
    const { upload, grant, call, versions, forward } = await storeFiles()
    const { receipt } = await upload()
    const { waybill } = await grant()
    const codeOf = async (body: object, who = ADA) => (await call('/remove', body, who)).code
    expect(await codeOf({ receipt }, EVE)).toBe('RECEIPT_OWNER')
    expect(await codeOf({ receipt }, {})).toBe('UNAUTHENTICATED')
    for (const wrong of [`${receipt}x`, waybill, '', 7, undefined]) {
      expect(await codeOf({ receipt: wrong })).toBe('RECEIPT_INVALID')
    }
    forward(8.1)
    expect(await codeOf({ receipt })).toBe('RECEIPT_EXPIRED')
    expect(await versions()).toEqual({ objects: 1, markers: 0 })
  })

  it("deletes uploads without an owner only if the rule says 'receipt'", async () => {
    const { upload, call } = await storeFiles()
    const { receipt: guest } = await upload({ rule: 'guest', headers: {} })
    const { receipt: open } = await upload({ rule: 'open', headers: {} })
    const { receipt: hers } = await upload({ rule: 'open', headers: EVE })
    for (const who of [{}, ADA]) {
      expect(await call('/remove', { receipt: guest }, who)).toMatchObject({
        ...{ status: 403, code: 'REMOVE_NOT_ALLOWED' },
      })
      expect(await call('/remove', { receipt: hers }, who)).toMatchObject({ code: 'RECEIPT_OWNER' })
    }
    expect(await call('/remove', { receipt: open }, {})).toMatchObject({ removed: 1 })
  })

  it('also deletes pending and rejected objects', async () => {
    const { upload, call, tag, versions } = await storeFiles({ pendingTag: true })
    const { receipt } = await upload()
    const { receipt: bad, key } = await upload()
    await tag(key, 'rejected')
    for (const each of [receipt, bad]) {
      expect(await call('/remove', { receipt: each })).toMatchObject({ removed: 1 })
    }
    expect(await versions()).toEqual(NOTHING)
  })
})

describe('a removal', () => {
  it('deletes every version that the upload has stored, even if its form was sent again', async () => {
    const { grant, call, versions } = await storeFiles()
    const { send, complete } = await grant()
    await send()
    const { receipt } = await complete()
    await send()
    await send()
    expect(await versions()).toEqual({ objects: 3, markers: 0 })
    expect(await call('/remove', { receipt })).toMatchObject({ removed: 3 })
    expect(await versions()).toEqual(NOTHING)
  })

  it('can be undone by a form that still works, and repeated', async () => {
    const { grant, call, versions } = await storeFiles()
    const { send, complete } = await grant()
    await send()
    const { receipt } = await complete()
    await call('/remove', { receipt })
    await send()
    expect(await call('/remove', { receipt })).toMatchObject({ removed: 1 })
    expect(await versions()).toEqual(NOTHING)
  })

  it('keeps versions of another upload under the same key', async () => {
    const { upload, call, signer } = await storeFiles()
    const mine = await upload({ rule: 'avatar', text: 'mine' })
    const hers = await upload({ rule: 'avatar', text: 'hers', headers: EVE })
    expect(await call('/remove', { receipt: mine.receipt })).toMatchObject({ removed: 1 })
    const { url } = await signer.downloadUrl(hers.receipt, { owner: 'eve' })
    expect(await (await fetch(url)).text()).toBe('hers')
  })

  it('does not expose the previous version', async () => {
    const { upload, call, ask, versions } = await storeFiles()
    const first = await upload({ rule: 'avatar', text: 'first' })
    const second = await upload({ rule: 'avatar', text: 'second' })
    expect(await call('/remove', { receipt: second.receipt })).toMatchObject({ removed: 1 })
    expect((await ask('GET', first.key)).status).toBe(404)
    expect(await versions()).toEqual({ objects: 1, markers: 1 })
    expect(await call('/remove', { receipt: first.receipt })).toMatchObject({ removed: 1 })
    expect(await versions()).toEqual(NOTHING)
  })

  it('keeps an object whose key only begins the same way', async () => {
    const { upload, ask, signer, versions } = await storeFiles()
    const { key } = await upload({ name: 'a' })
    await ask('PUT', `${key}b`, {}, 'longer')
    await ask('PUT', `${key}/c`, {}, 'below')
    expect(await signer.remove({ key }, OWNER)).toEqual({ removed: 1 })
    expect(await versions()).toEqual({ objects: 2, markers: 0 })
  })

  it('keeps an object that replaced it in an unversioned bucket', async () => {
    const { upload, call, ask } = await storeFiles({ versions: false })
    const first = await upload({ rule: 'avatar', text: 'first' })
    await upload({ rule: 'avatar', text: 'second' })
    expect(await call('/remove', { receipt: first.receipt })).toMatchObject({ removed: 0 })
    expect(await (await ask('GET', first.key)).text()).toBe('second')
  })

  it('also deletes an object from before versioning', async () => {
    const { upload, signer, ask, versions } = await storeFiles({ versions: false })
    const { key } = await upload()
    await versioning(ask, 'Enabled')
    expect(await signer.remove({ key }, OWNER)).toEqual({ removed: 1 })
    expect(await versions()).toEqual(NOTHING)
  })

  it('also deletes an object in a bucket whose versioning is suspended', async () => {
    const { upload, call, ask, versions } = await storeFiles({ versions: false })
    await versioning(ask, 'Suspended')
    const { receipt } = await upload()
    expect(await call('/remove', { receipt })).toMatchObject({ removed: 1 })
    expect(await versions()).toEqual(NOTHING)
  })
})

async function versioning(
  ask: Awaited<ReturnType<typeof storeFiles>>['ask'],
  status: 'Enabled' | 'Suspended',
): Promise<void> {
  const body = `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`
  expect((await ask('PUT', undefined, { versioning: '' }, body)).status).toBe(200)
}
