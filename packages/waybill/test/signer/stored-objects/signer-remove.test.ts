/**
 * Removing stored objects by the application's server.
 *
 * @module
 */

import { refusal, spoiledFetch } from '@waybill/test-support/signer-storage'
import { SECRET } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import { code, EVE, NOTHING, OWNER, storeFiles } from './stored-files.ts'

const OLD = 'the secret under which the upload was granted'
const NEW = 'the secret under which it was completed'

/** Options of a signer whose store refuses to list versions. */
function withoutVersions() {
  const { fetch } = spoiledFetch(({ url }) =>
    url.searchParams.has('versions') ? refusal(501, 'NotImplemented') : undefined,
  )
  return { fetch, versions: false }
}

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

  it.each([
    ['with versions', () => ({})],
    ['that knows no versions', withoutVersions],
  ])(
    'in a store %s takes no object for removed that cannot be judged without a secret',
    async (_, storeOf) => {
      let isAway = false
      const { signer, upload, ask } = await storeFiles({
        ...storeOf(),
        secret: () => {
          if (isAway) throw new Error('the secret is away')
          return SECRET
        },
      })
      const { key } = await upload()
      isAway = true
      await expect(signer.remove({ key }, OWNER)).rejects.toThrow('no secret to seal with')
      expect((await ask('HEAD', key)).status).toBe(200)
    },
  )

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

  it.each([
    ['with versions', true],
    ['without versions', false],
  ])(
    'fails where it cannot open the waybill of the object, in a bucket %s',
    async (_, versions) => {
      let secret: string | readonly string[] = OLD
      const files = await storeFiles({ versions, secret: () => secret })
      const { send, complete } = await files.grant()
      await send()
      secret = [NEW, OLD]
      const { receipt, key } = await complete()
      secret = NEW
      await expect(files.signer.remove(receipt, OWNER)).rejects.toEqual(code('WAYBILL_INVALID'))
      expect(await files.call('/remove', { receipt })).toMatchObject({
        ...{ status: 400, code: 'WAYBILL_INVALID' },
      })
      expect((await files.ask('HEAD', key)).status).toBe(200)
      secret = [NEW, OLD]
      expect(await files.signer.remove(receipt, OWNER)).toEqual({ removed: 1 })
      expect(await files.versions()).toEqual(NOTHING)
    },
  )

  it('fails where the object was copied onto itself without its waybill', async () => {
    const { upload, signer, ask, forward } = await storeFiles({ versions: false })
    const { receipt, key } = await upload({ text: 'the lease' })
    forward(0.5)
    await ask('PUT', key, {}, 'the lease')
    const removal = signer.remove(receipt, OWNER)
    await expect(removal).rejects.toEqual(code('WAYBILL_INVALID'))
    await expect(removal).rejects.toThrow('object was stored without a waybill')
    expect((await ask('HEAD', key)).status).toBe(200)
  })

  it('removes its own although it cannot open the waybill of another object of the key', async () => {
    const { upload, ask, signer, versions } = await storeFiles()
    const { receipt, key } = await upload({ rule: 'avatar', text: 'mine' })
    await ask('PUT', key, {}, 'of somebody with credentials')
    expect(await signer.remove(receipt, OWNER)).toEqual({ removed: 1 })
    expect(await versions()).toEqual({ objects: 1, markers: 0 })
  })

  it("removes nothing of what is gone before it could be judged, and believes only S3's 404", async () => {
    let headers: Record<string, string> | undefined
    const { fetch } = spoiledFetch(({ operation }) =>
      headers && operation === 'HEAD object'
        ? new Response(null, { status: 404, headers })
        : undefined,
    )
    const { upload, signer } = await storeFiles({ fetch })
    const { key } = await upload()
    headers = {}
    await expect(signer.remove({ key }, OWNER)).rejects.toEqual(code('STORAGE_UNAVAILABLE'))
    headers = { 'x-amz-request-id': 'r' }
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
    const { upload, signer } = await storeFiles(withoutVersions())
    const { key } = await upload()
    expect(await signer.remove({ key }, OWNER)).toEqual({ removed: 1 })
    expect(await signer.remove({ key }, OWNER)).toEqual({ removed: 0 })
  })
})
