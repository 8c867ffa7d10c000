import { refusal, type SeenCall, spoiledFetch } from '@waybill/test-support/signer-storage'
import { describe, expect, it } from 'vitest'
import { code, EVE, OWNER, storeFiles } from './stored-files.ts'

const isList = ({ url }: Pick<SeenCall, 'url'>) => url.searchParams.has('versions')
const isDelete = ({ operation }: Pick<SeenCall, 'operation'>) => operation === 'DELETE object'

describe('a removal that S3 refuses', () => {
  it('is tried three times if the object is replaced each time', async () => {
    // The fourth would succeed.
    const { fetch, calls } = spoiledFetch((call) =>
      isDelete(call) && calls.filter(isDelete).length <= 3
        ? refusal(412, 'PreconditionFailed')
        : undefined,
    )
    const { upload, signer, versions } = await storeFiles({ fetch, maxAttempts: 1 })
    const { receipt } = await upload()
    await expect(signer.remove(receipt, OWNER)).rejects.toEqual(code('STORAGE_UNAVAILABLE'))
    expect(calls.filter(isDelete)).toHaveLength(3)
    expect(await versions()).toEqual({ objects: 1, markers: 0 })
  })

  it('is not retried for any other reason', async () => {
    const { fetch, calls } = spoiledFetch((call) =>
      isDelete(call) ? refusal(403, 'AccessDenied') : undefined,
    )
    const { upload, signer } = await storeFiles({ fetch, maxAttempts: 1 })
    const { receipt } = await upload()
    await expect(signer.remove(receipt, OWNER)).rejects.toEqual(code('STORAGE_REFUSED'))
    expect(calls.filter(isDelete)).toHaveLength(1)
  })
})

describe("an object's versions", () => {
  it('are not listed in an unversioned bucket, where the object is gone', async () => {
    const { fetch } = spoiledFetch((call) =>
      isList(call) ? refusal(403, 'AccessDenied') : undefined,
    )
    const { upload, signer } = await storeFiles({ fetch, versions: false })
    const { receipt } = await upload()
    expect(await signer.remove(receipt, OWNER)).toEqual({ removed: 1 })
    expect(await signer.remove(receipt, OWNER)).toEqual({ removed: 0 })
  })

  it("are listed once if other owners' versions remain", async () => {
    const { fetch, calls } = spoiledFetch()
    const { upload, signer } = await storeFiles({ fetch })
    const { receipt } = await upload({ rule: 'avatar', text: 'mine' })
    await upload({ rule: 'avatar', text: 'hers', headers: EVE })
    expect(await signer.remove(receipt, OWNER)).toEqual({ removed: 1 })
    expect(calls.filter(isList)).toHaveLength(1)
  })

  it("that belong to another owner are refused, even below one of the caller's", async () => {
    const { upload, signer, versions } = await storeFiles()
    const { key, versionId } = await upload({ rule: 'avatar', text: 'hers', headers: EVE })
    await upload({ rule: 'avatar', text: 'mine' })
    const removal = signer.remove({ key, versionId }, OWNER)
    await expect(removal).rejects.toEqual(code('WAYBILL_NOT_YOURS'))
    expect(await versions()).toEqual({ objects: 2, markers: 0 })
  })

  it('that are stored during the removal stay, and so do the delete markers', async () => {
    const { fetch, calls } = spoiledFetch()
    const during = { send: async () => {} }
    const { upload, grant, signer, ask, versions } = await storeFiles({
      fetch: async (input, init) => {
        // The second list is of what is left.
        if (isList({ url: new URL(String(input)) }) && calls.some(isList)) await during.send()
        return fetch(input, init)
      },
    })
    const { key, receipt } = await upload({ rule: 'avatar', text: 'mine' })
    const hers = await grant({ rule: 'avatar', text: 'hers', headers: EVE })
    during.send = hers.send
    expect(await signer.remove(receipt, OWNER)).toEqual({ removed: 1 })
    expect(await (await ask('GET', key)).text()).toBe('hers')
    expect(await versions()).toEqual({ objects: 1, markers: 1 })
  })
})
