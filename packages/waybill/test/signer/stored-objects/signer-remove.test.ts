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
  it('with a key deletes everything the owner has stored under it, and nothing else', async () => {
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

  it('with a key and version deletes the upload that stored it', async () => {
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
    'in a store %s does not consider an object deleted that it cannot judge without a secret',
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

  it('rejects objects that belong to another owner, or that the signer did not sign', async () => {
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

  it('continues where an earlier call failed halfway', async () => {
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

  it("deletes every version even if the storage's first response is lost", async () => {
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

  it('deletes the current versions if the object is replaced meanwhile', async () => {
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
  ])("fails if it cannot open the object's waybill, in a bucket %s", async (_, versions) => {
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
  })

  it('fails if the object was copied onto itself without its waybill', async () => {
    const { upload, signer, ask, forward } = await storeFiles({ versions: false })
    const { receipt, key } = await upload({ text: 'the lease' })
    forward(0.5)
    await ask('PUT', key, {}, 'the lease')
    const removal = signer.remove(receipt, OWNER)
    await expect(removal).rejects.toEqual(code('WAYBILL_INVALID'))
    await expect(removal).rejects.toThrow('object was stored without a waybill')
    expect((await ask('HEAD', key)).status).toBe(200)
  })

  it("deletes its own versions even if it cannot open another object's waybill under the key", async () => {
    const { upload, ask, signer, versions } = await storeFiles()
    const { receipt, key } = await upload({ rule: 'avatar', text: 'mine' })
    await ask('PUT', key, {}, 'of somebody with credentials')
    expect(await signer.remove(receipt, OWNER)).toEqual({ removed: 1 })
    expect(await versions()).toEqual({ objects: 1, markers: 0 })
  })

  it("deletes nothing that disappeared before it could be judged, and trusts only S3's 404", async () => {
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

  it('fails if S3 does not list the versions', async () => {
    const { fetch } = spoiledFetch(({ url }) =>
      url.searchParams.has('versions') ? refusal(403, 'AccessDenied') : undefined,
    )
    const { upload, signer, versions } = await storeFiles({ fetch })
    const { receipt } = await upload()
    await expect(signer.remove(receipt, OWNER)).rejects.toEqual(code('STORAGE_REFUSED'))
    expect(await versions()).toEqual({ objects: 1, markers: 1 })
  })

  it('works with a store that has no versions', async () => {
    const { upload, signer } = await storeFiles(withoutVersions())
    const { key } = await upload()
    expect(await signer.remove({ key }, OWNER)).toEqual({ removed: 1 })
    expect(await signer.remove({ key }, OWNER)).toEqual({ removed: 0 })
  })
})
