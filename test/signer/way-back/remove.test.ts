/**
 * Removing stored objects: by the owner over the wire, and by the application's server.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import { SECRET } from '../../support/signing.ts'
import { refusal, spoiledFetch } from '../complete/storage.ts'
import { ADA, code, EVE, storeFiles } from './stored-files.ts'

const OWNER = { owner: 'ada' }
const NOTHING = { objects: 0, markers: 0 }

describe('POST /remove', () => {
  it.each([true, false])('removes the object for good (versions: %s)', async (versions) => {
    const { upload, call, ask, versions: left } = await storeFiles({ versions })
    const { receipt, key } = await upload()
    expect(await call('/remove', { receipt })).toMatchObject({ status: 200, removed: 1 })
    expect((await ask('HEAD', key)).status).toBe(404)
    expect(await left()).toEqual(NOTHING)
  })

  it.each([true, false])('succeeds when it is gone already (versions: %s)', async (versions) => {
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

  it.each([true, false])('is done once for two calls at once (versions: %s)', async (versions) => {
    const { upload, call, versions: left } = await storeFiles({ versions })
    const { receipt } = await upload()
    const answers = await Promise.all([call('/remove', { receipt }), call('/remove', { receipt })])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await left()).toEqual(NOTHING)
  })

  it('is denied unless the rule allows it, also to the owner', async () => {
    const { upload, call, versions } = await storeFiles()
    const { receipt } = await upload({ rule: 'closed' })
    expect(await call('/remove', { receipt })).toMatchObject({
      ...{ status: 403, code: 'REMOVE_NOT_ALLOWED' },
    })
    expect(await versions()).toMatchObject({ objects: 1 })
  })

  it('is refused to another person, to strangers, and with what is no receipt', async () => {
    const { upload, grant, call, versions, forward } = await storeFiles()
    const { receipt } = await upload()
    const { waybill } = await grant()
    const codeOf = async (body: object, who = ADA) => (await call('/remove', body, who)).code
    expect(await codeOf({ receipt }, EVE)).toBe('RECEIPT_OWNER')
    expect(await codeOf({ receipt }, {})).toBe('UNAUTHENTICATED')
    for (const wrong of [`${receipt}x`, waybill, '', 7, undefined]) {
      expect(await codeOf({ receipt: wrong })).toBe('RECEIPT_INVALID')
    }
    forward(1.1)
    expect(await codeOf({ receipt })).toBe('RECEIPT_EXPIRED')
    expect(await versions()).toEqual({ objects: 1, markers: 0 })
  })

  it("removes uploads without an owner only where the rule says 'receipt'", async () => {
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

  it('removes a pending and a rejected object too', async () => {
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

describe('what is removed', () => {
  it('is every version that the upload has stored, when its form was sent again', async () => {
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

  it('is stored again by a form that still works, and removed again', async () => {
    const { grant, call, versions } = await storeFiles()
    const { send, complete } = await grant()
    await send()
    const { receipt } = await complete()
    await call('/remove', { receipt })
    await send()
    expect(await call('/remove', { receipt })).toMatchObject({ removed: 1 })
    expect(await versions()).toEqual(NOTHING)
  })

  it('is no version of another upload under the same key', async () => {
    const { upload, call, signer } = await storeFiles()
    const mine = await upload({ rule: 'avatar', text: 'mine' })
    const hers = await upload({ rule: 'avatar', text: 'hers', headers: EVE })
    expect(await call('/remove', { receipt: mine.receipt })).toMatchObject({ removed: 1 })
    const { url } = await signer.downloadUrl(hers.receipt, { owner: 'eve' })
    expect(await (await fetch(url)).text()).toBe('hers')
  })

  it('does not let the version before come to light', async () => {
    const { upload, call, ask, versions } = await storeFiles()
    const first = await upload({ rule: 'avatar', text: 'first' })
    const second = await upload({ rule: 'avatar', text: 'second' })
    expect(await call('/remove', { receipt: second.receipt })).toMatchObject({ removed: 1 })
    expect((await ask('GET', first.key)).status).toBe(404)
    expect(await versions()).toEqual({ objects: 1, markers: 1 })
    expect(await call('/remove', { receipt: first.receipt })).toMatchObject({ removed: 1 })
    expect(await versions()).toEqual(NOTHING)
  })

  it('is no object whose key only begins alike', async () => {
    const { upload, ask, signer, versions } = await storeFiles()
    const { key } = await upload({ name: 'a' })
    await ask('PUT', `${key}b`, {}, 'longer')
    await ask('PUT', `${key}/c`, {}, 'below')
    expect(await signer.remove({ key }, OWNER)).toEqual({ removed: 1 })
    expect(await versions()).toEqual({ objects: 2, markers: 0 })
  })

  it('is no object that replaced it in a bucket without versions', async () => {
    const { upload, call, ask } = await storeFiles({ versions: false })
    const first = await upload({ rule: 'avatar', text: 'first' })
    await upload({ rule: 'avatar', text: 'second' })
    expect(await call('/remove', { receipt: first.receipt })).toMatchObject({ removed: 0 })
    expect(await (await ask('GET', first.key)).text()).toBe('second')
  })

  it('is the object of before versioning, too', async () => {
    const { upload, signer, ask, versions } = await storeFiles({ versions: false })
    const { key } = await upload()
    await versioning(ask, 'Enabled')
    expect(await signer.remove({ key }, OWNER)).toEqual({ removed: 1 })
    expect(await versions()).toEqual(NOTHING)
  })

  it('is the object of a bucket whose versioning is suspended', async () => {
    const { upload, call, ask, versions } = await storeFiles({ versions: false })
    await versioning(ask, 'Suspended')
    const { receipt } = await upload()
    expect(await call('/remove', { receipt })).toMatchObject({ removed: 1 })
    expect(await versions()).toEqual(NOTHING)
  })
})

describe('signer.remove', () => {
  it('of a key removes all that the owner has stored under it, and nothing of others', async () => {
    const { upload, signer, versions } = await storeFiles()
    await upload({ rule: 'avatar', text: 'one' })
    await upload({ rule: 'avatar', text: 'hers', headers: EVE })
    const { key } = await upload({ rule: 'avatar', text: 'two' })
    expect(await signer.remove({ key }, OWNER)).toEqual({ removed: 2 })
    expect(await versions()).toEqual({ objects: 1, markers: 1 })
    expect(await signer.remove({ key }, { owner: 'eve' })).toEqual({ removed: 1 })
    expect(await versions()).toEqual(NOTHING)
    expect(await signer.remove({ key }, OWNER)).toEqual({ removed: 0 })
  })

  it('of a key with version removes the upload that stored it', async () => {
    const { upload, signer, ask } = await storeFiles()
    const { key, versionId } = await upload({ rule: 'avatar', text: 'one' })
    await upload({ rule: 'avatar', text: 'two' })
    expect(await signer.remove({ key, versionId }, OWNER)).toEqual({ removed: 1 })
    expect(await (await ask('GET', key)).text()).toBe('two')
    expect(await signer.remove({ key, versionId }, OWNER)).toEqual({ removed: 0 })
  })

  it('does not take an object for removed that cannot be judged without a secret', async () => {
    let isAway = false
    const { signer, upload, versions } = await storeFiles({
      secret: () => {
        if (isAway) throw new Error('the secret is away')
        return SECRET
      },
    })
    const { key } = await upload()
    isAway = true
    await expect(signer.remove({ key }, OWNER)).rejects.toThrow('no secret to seal with')
    expect(await versions()).toEqual({ objects: 1, markers: 0 })
  })

  it('refuses what belongs to another owner, or was not signed by the signer', async () => {
    const { upload, signer, ask, versions } = await storeFiles({ prefix: 'a/' })
    const { key, versionId, receipt } = await upload()
    await ask('PUT', 'a/payroll.csv', {}, 'secret')
    await ask('PUT', 'b/other.csv', {}, 'secret')
    for (const reference of [{ key }, { key, versionId }]) {
      await expect(signer.remove(reference, { owner: 'eve' })).rejects.toEqual(
        code('WAYBILL_NOT_YOURS'),
      )
      await expect(signer.remove(reference, { owner: null })).rejects.toEqual(
        code('WAYBILL_NOT_YOURS'),
      )
    }
    await expect(signer.remove(receipt, { owner: 'eve' })).rejects.toEqual(code('RECEIPT_OWNER'))
    for (const stray of ['a/payroll.csv', 'b/other.csv']) {
      await expect(signer.remove({ key: stray }, OWNER)).rejects.toEqual(code('WAYBILL_INVALID'))
    }
    await expect(signer.remove({ key }, {} as never)).rejects.toThrow(/^owner is undefined/)
    expect(await versions()).toEqual({ objects: 3, markers: 0 })
  })

  it('goes on where an earlier call has failed half-way', async () => {
    let isBroken = true
    const { fetch } = spoiledFetch(({ operation, url }) =>
      isBroken && operation === 'DELETE object' && url.searchParams.has('versionId')
        ? refusal(500, 'InternalError')
        : undefined,
    )
    const { grant, signer, ask, versions } = await storeFiles({ fetch, maxAttempts: 1 })
    const { send, complete, key } = await grant()
    await send()
    const { receipt } = await complete()
    await expect(signer.remove(receipt, OWNER)).rejects.toEqual(code('STORAGE_UNAVAILABLE'))
    expect((await ask('HEAD', key)).status).toBe(404)
    isBroken = false
    expect(await signer.remove(receipt, OWNER)).toEqual({ removed: 1 })
    expect(await versions()).toEqual(NOTHING)
  })

  it('removes every version also when the first answer of the storage is lost', async () => {
    const { fetch } = spoiledFetch(({ operation }, attempt) =>
      operation === 'DELETE object' && attempt === 1 ? 'lose' : undefined,
    )
    const { grant, signer, versions } = await storeFiles({ fetch })
    const { send, complete } = await grant()
    await send()
    const { receipt } = await complete()
    expect(await signer.remove(receipt, OWNER)).toEqual({ removed: 1 })
    expect(await versions()).toEqual(NOTHING)
  })

  it('removes what is there by then, when the object is replaced meanwhile', async () => {
    let replace = async () => {}
    const { fetch } = spoiledFetch()
    const { grant, signer, versions } = await storeFiles({
      fetch: async (input, init) => {
        if (init?.method === 'DELETE') await replace()
        return fetch(input, init)
      },
      versions: false,
    })
    const { send, complete, key } = await grant({ rule: 'avatar', text: 'one' })
    await send()
    const { receipt } = await complete()
    const second = await grant({ rule: 'avatar', text: 'two', headers: EVE })
    replace = async () => {
      replace = async () => {}
      await second.send()
    }
    expect(await signer.remove(receipt, OWNER)).toEqual({ removed: 0 })
    expect(key).toBe(second.key)
    expect(await versions()).toEqual({ objects: 1, markers: 0 })
  })

  it('removes nothing of what is gone before it could be judged', async () => {
    let isGone = false
    const { fetch } = spoiledFetch(({ operation }) =>
      isGone && operation === 'HEAD object' ? new Response(null, { status: 404 }) : undefined,
    )
    const { upload, signer } = await storeFiles({ fetch })
    const { key } = await upload()
    isGone = true
    expect(await signer.remove({ key }, OWNER)).toEqual({ removed: 0 })
  })

  it('fails when S3 does not say which versions there are', async () => {
    const { fetch } = spoiledFetch(({ url }) =>
      url.searchParams.has('versions') ? refusal(403, 'AccessDenied') : undefined,
    )
    const { upload, signer, versions } = await storeFiles({ fetch })
    const { receipt } = await upload()
    await expect(signer.remove(receipt, OWNER)).rejects.toEqual(code('STORAGE_REFUSED'))
    expect(await versions()).toEqual({ objects: 1, markers: 1 })
  })

  it('works with a store that knows no versions', async () => {
    const { fetch } = spoiledFetch(({ url }) =>
      url.searchParams.has('versions') ? refusal(501, 'NotImplemented') : undefined,
    )
    const { upload, signer } = await storeFiles({ fetch, versions: false })
    const { key } = await upload()
    expect(await signer.remove({ key }, OWNER)).toEqual({ removed: 1 })
    expect(await signer.remove({ key }, OWNER)).toEqual({ removed: 0 })
  })
})

async function versioning(
  ask: Awaited<ReturnType<typeof storeFiles>>['ask'],
  status: 'Enabled' | 'Suspended',
): Promise<void> {
  const body = `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`
  expect((await ask('PUT', undefined, { versioning: '' }, body)).status).toBe(200)
}
